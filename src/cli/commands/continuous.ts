import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type EarlierContinuous, readContinuous } from '../../campaign/read-continuous.js';
import { runContinuous } from '../../campaign/run-continuous.js';
import { unaskedScenarios } from '../../campaign/unasked-scenarios.js';
import type { CampaignEvent } from '../../model/campaign-events.js';
import { ChaosError } from '../../model/chaos-error.js';
import { formatMs, toMs } from '../../model/duration.js';
import type { Experiment } from '../../model/experiment.js';
import type { Scenario } from '../../model/scenario.js';
import { systemClock } from '../../model/system-clock.js';
import { scenariosNamed } from '../../scenarios/scenarios-named.js';
import { readExperimentFile } from '../../spec/read-experiment-file.js';
import { storedExperimentText } from '../../spec/stored-experiment.js';
import { findCampaign } from '../../store/find-campaign.js';
import { campaignReports } from '../campaign-reports.js';
import { continuousHeading } from '../continuous-heading.js';
import { renderContinuousSummary } from '../continuous-summary.js';
import { reportError } from '../error-text.js';
import { exitCodeFor } from '../exit-code-for.js';
import { isColored } from '../is-colored.js';
import { requireLocalConsent } from '../require-local-consent.js';
import { roundLine } from '../round-line.js';
import { severityRange } from '../severity-range.js';
import { stopOnSignals } from '../stop-on-signals.js';

export interface ContinuousOptions {
  readonly for?: string;
  readonly every?: string;
  readonly severity?: string;
  readonly scenarios?: readonly string[];
  readonly errorBudget?: number;
  readonly keepRuns?: number;
  readonly seed?: number;
  readonly yes?: boolean;
  readonly results: string;
  /** True: the latest campaign of the file. */
  readonly resume?: string | true;
  readonly json?: boolean;
}

/** Continuous chaos on the system in a file; the exit code is that of the worst round. */
export async function continuousFile(path: string, options: ContinuousOptions): Promise<number> {
  const { stdout, stderr } = process;
  const experiment = await readExperimentFile(path);
  const earlier = await earlierCampaign(experiment, options);
  const was = earlier?.settings;
  const candidates = candidatesOf(experiment, options, earlier);
  await requireLocalConsent([{ ...experiment, scenarios: candidates }], options.yes);
  using stop = stopOnSignals('breaks-things');
  const written = campaignReports((warning) => stderr.write(warning));
  const { results, folder, mishaps } = await runContinuous({
    durationMs: options.for === undefined ? (was?.durationMs ?? 3_600_000) : toMs(options.for),
    intervalMs: options.every === undefined ? (was?.intervalMs ?? 60_000) : toMs(options.every),
    severityRange:
      options.severity === undefined ? (was?.severityRange ?? [1, 5]) : severityRange(options.severity),
    errorBudget: options.errorBudget ?? was?.errorBudget ?? null,
    keepRuns: options.keepRuns ?? was?.keepRuns ?? null,
    experiment,
    candidates,
    prepare: { allowLocalProcesses: true },
    campaign: {
      seed: options.seed ?? earlier?.started.seed ?? experiment.seed ?? randomInt(2 ** 31),
      resultsDirectory: options.results,
      clock: systemClock,
      ...written.hooks,
      onEvent: (event) => void stderr.write(lineOf(event, earlier)),
    },
    experimentText: storedExperimentText(await readFile(path, 'utf8'), path),
    resume: earlier,
    signal: stop.signal,
  });
  if (options.json === true) stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  else stdout.write(`\n${renderContinuousSummary(results, { color: isColored(stdout), folder })}`);
  const report = await written.write(folder, results);
  if (options.json !== true && report !== null) stdout.write(`  report  ${report}\n`);
  const reports = mishaps.map(reportError);
  for (const { text } of reports) stderr.write(text);
  return exitCodeFor([results.verdict], reports);
}

async function earlierCampaign(
  { name }: Experiment,
  { resume, results }: ContinuousOptions,
): Promise<EarlierContinuous | null> {
  if (resume === undefined) return null;
  return readContinuous(resume === true ? await findCampaign(results, name, 'continuous') : resume);
}

/** Those of the file come as the file has them, wherever they are asked for by name. */
function candidatesOf(
  { scenarios: own, targetSystem }: Experiment,
  { scenarios: asked }: ContinuousOptions,
  earlier: EarlierContinuous | null,
): readonly Scenario[] {
  if (asked === undefined && earlier === null) return own;
  const names = asked ?? namesOf(earlier);
  if (names.length === 0) {
    throw new ChaosError('MISSING_INPUT', 'expected --scenarios to name at least one, got none', {
      hint: '`chaosx scenarios` lists them; `all` means all that the target supports',
    });
  }
  const ownNames = own.map(({ name }) => name);
  if (names.length === own.length && names.every((name) => ownNames.includes(name))) return own;
  if (!names.includes('all')) return scenariosNamed(names, own);
  return [...own, ...unaskedScenarios(targetSystem).filter(({ name }) => !ownNames.includes(name))];
}

function namesOf(earlier: EarlierContinuous | null): readonly string[] {
  if (earlier === null) return [];
  const { scenarios, leftOut } = earlier.settings;
  return [...scenarios, ...leftOut.map(({ name }) => name)];
}

/** One line a round. */
function lineOf(event: CampaignEvent, earlier: EarlierContinuous | null): string {
  const label = (round: number) => `${`#${round + 1}`.padStart(5)}  ${formatMs(event.t).padStart(12)}`;
  switch (event.type) {
    case 'campaign-started':
      return continuousHeading(event);
    case 'campaign-resumed':
      if (earlier === null) return '';
      return `${continuousHeading(earlier.started)}  goes on     ${earlier.nextRound} rounds began before, ${formatMs(event.t)} of ${formatMs(earlier.settings.durationMs)} have passed\n`;
    case 'round-ended':
      return roundLine(label(event.round), event.summary);
    case 'round-skipped':
      return `  ${label(event.round)}  ${event.name.padEnd(20)}  not run        ${event.why}\n`;
    case 'campaign-stopped':
      return `  stopped (${event.by.replaceAll('-', ' ')}): ${event.detail}\n`;
    default:
      return '';
  }
}
