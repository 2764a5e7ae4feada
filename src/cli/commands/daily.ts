import { basename, resolve } from 'node:path';
import { readExperimentFolder, type ExperimentFile } from '../../campaign/experiment-folder.js';
import { rotation } from '../../campaign/rotation.js';
import { runDaily } from '../../campaign/run-daily.js';
import { keepOnSchedule } from '../../campaign/schedule/keep-on-schedule.js';
import { knownTimeZone, localTimeZone } from '../../campaign/schedule/known-time-zone.js';
import { neverDue } from '../../campaign/schedule/never-due.js';
import { parseCron } from '../../campaign/schedule/parse-cron.js';
import { calendarDay } from '../../model/calendar-day.js';
import { ChaosError, isChaosError } from '../../model/chaos-error.js';
import { isDuration, toMs } from '../../model/duration.js';
import { systemClock } from '../../model/system-clock.js';
import { refusedExitCode, type Verdict } from '../../model/verdict.js';
import { campaignReports } from '../campaign-reports.js';
import { dateText } from '../date-text.js';
import { renderDailySummary } from '../daily-summary.js';
import { type ErrorReport, reportError } from '../error-text.js';
import { exitCodeFor } from '../exit-code-for.js';
import { isColored } from '../is-colored.js';
import { requireLocalConsent } from '../require-local-consent.js';
import { roundLine } from '../round-line.js';
import { stopOnSignals } from '../stop-on-signals.js';

export interface DailyOptions {
  readonly count: number;
  readonly since?: string;
  readonly cron?: string;
  readonly tz?: string;
  readonly jitter?: string;
  readonly seed?: number;
  readonly yes?: boolean;
  readonly results: string;
  readonly json?: boolean;
}

/** What days came to, as far as an exit code goes. */
interface Outcome {
  readonly verdicts: Verdict[];
  readonly reports: ErrorReport[];
}

/** Runs a day, or one at each time of a schedule; the exit code is the worst of the verdicts and regressions. */
export async function runDailyFolder(folder: string, options: DailyOptions): Promise<number> {
  const { cron, jitter = 0 } = options;
  checkOptions(options);
  const timeZone = knownTimeZone(options.tz ?? localTimeZone());
  const schedule = cron === undefined ? null : parseCron(cron);
  const files = await readAll(folder);
  if (files === null) return refusedExitCode;
  await requireLocalConsent(
    files.map(({ experiment }) => experiment),
    options.yes,
  );
  const consented = new Set(files.map(({ fingerprint }) => fingerprint));
  const outcome: Outcome = { verdicts: [], reports: [] };
  using stop = stopOnSignals('breaks-things');
  const day = (those: readonly ExperimentFile[]) =>
    runDay(those, { folder, timeZone, options, outcome, signal: stop.signal });
  if (schedule === null) {
    await day(files);
  } else {
    warnOfNeverDue(files, options.count, { schedule, timeZone, fromMs: systemClock.wallMs() });
    await keepOnSchedule({
      schedule,
      timeZone,
      jitterMs: toMs(jitter),
      seed: options.seed ?? 0,
      clock: systemClock,
      signal: stop.signal,
      onNext: (startMs) => process.stderr.write(`next run: ${dateText(startMs, timeZone)}\n`),
      onMissed: (dueMs) => {
        const [first = 0] = dueMs;
        const more = dueMs.length > 1 ? ` and ${dueMs.length - 1} more` : '';
        process.stderr.write(
          `skipped: ${dateText(first, timeZone)}${more}, due before the last run had ended\n`,
        );
      },
      run: async () => {
        try {
          // Read anew: a folder changes over the days of a process.
          const today = await readAll(folder);
          if (today === null) return;
          // Nobody was asked about what came since.
          const since = today.filter(({ fingerprint }) => !consented.has(fingerprint));
          await requireLocalConsent(
            since.map(({ experiment }) => experiment),
            options.yes,
            'nobody to ask',
          );
          await day(today);
        } catch (error) {
          if (!isChaosError(error) || error.code === 'INTERNAL') throw error;
          const report = reportError(error);
          outcome.reports.push(report);
          process.stderr.write(report.text);
        }
      },
    });
  }
  return exitCodeFor(outcome.verdicts, outcome.reports);
}

function checkOptions({ count, since, cron, jitter }: DailyOptions): void {
  if (count < 1) throw new ChaosError('INVALID_INPUT', `expected --count from 1 on, got ${count}`);
  if (since !== undefined && !isDay(since)) {
    throw new ChaosError('INVALID_INPUT', `expected --since as a day, got ${JSON.stringify(since)}`, {
      hint: 'e.g. 2026-03-01',
    });
  }
  if (jitter === undefined) return;
  if (!isDuration(jitter)) {
    throw new ChaosError('INVALID_INPUT', `expected --jitter as a time, got ${JSON.stringify(jitter)}`, {
      hint: 'e.g. 10m',
    });
  }
  if (cron === undefined) {
    throw new ChaosError('INVALID_INPUT', '--jitter says how late a start of --cron may be, got no --cron');
  }
}

function isDay(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(Date.parse(text)) &&
    new Date(text).toISOString().startsWith(text)
  );
}

/** All files, or null after saying what is wrong with those that cannot be run. */
async function readAll(folder: string): Promise<readonly ExperimentFile[] | null> {
  const { files, refused } = await readExperimentFolder(folder);
  for (const error of refused) process.stderr.write(reportError(error).text);
  return refused.length === 0 ? files : null;
}

function warnOfNeverDue(
  files: readonly ExperimentFile[],
  count: number,
  when: Parameters<typeof neverDue>[2],
): void {
  const never = neverDue(files, count, when);
  if (never.length === 0) return;
  const names = never.map(({ file }) => file).join(', ');
  process.stderr.write(
    `warning: with this schedule the turn of ${names} never comes; \`--count ${files.length}\` runs all each time\n`,
  );
}

interface DayOptions {
  readonly folder: string;
  readonly timeZone: string;
  readonly options: DailyOptions;
  readonly outcome: Outcome;
  readonly signal: AbortSignal;
}

async function runDay(
  files: readonly ExperimentFile[],
  { folder, timeZone, options, outcome, signal }: DayOptions,
): Promise<void> {
  const { stdout, stderr } = process;
  const { count, since = null, seed, json, cron } = options;
  const { number } = calendarDay(systemClock.wallMs(), timeZone);
  const rounds = rotation(files, count, number).today.length;
  const written = campaignReports((warning) => stderr.write(warning));
  const {
    results,
    folder: kept,
    mishaps,
  } = await runDaily({
    name: `daily ${basename(resolve(folder))}`,
    files,
    count,
    timeZone,
    since,
    seed,
    campaign: {
      resultsDirectory: options.results,
      clock: systemClock,
      ...written.hooks,
      onEvent: (event) => {
        if (event.type !== 'round-ended') return;
        stderr.write(roundLine(`${event.round + 1}/${rounds}  ${event.summary.experiment}`, event.summary));
      },
    },
    allowLocalProcesses: true,
    signal,
  });
  if (json === true) stdout.write(`${JSON.stringify(results, null, cron === undefined ? 2 : 0)}\n`);
  else stdout.write(`\n${renderDailySummary(results, { color: isColored(stdout), folder: kept })}`);
  const report = await written.write(kept, results);
  if (json !== true && report !== null) stdout.write(`  report  ${report}\n`);
  const reports = mishaps.map(reportError);
  for (const { text } of reports) stderr.write(text);
  outcome.reports.push(...reports);
  // Worse than the days before counts as a criterion that did not hold.
  outcome.verdicts.push(results.verdict, ...(results.regressed ? (['deviated'] as const) : []));
}
