import { judgeDaily } from '../judge/campaign/judge-daily.js';
import { calendarDay } from '../model/calendar-day.js';
import type { DailyResults } from '../model/campaign-results.js';
import { isChaosError } from '../model/chaos-error.js';
import { stopReasonOf } from '../orchestrator/stop-reason.js';
import { Campaign, type CampaignOptions } from './campaign.js';
import type { CampaignOutcome } from './campaign-outcome.js';
import type { ExperimentFile } from './experiment-folder.js';
import { readEarlierDays } from './read-earlier-days.js';
import { rotation } from './rotation.js';

/** A daily run, with everything decided. */
export interface DailyRun {
  /** Of the campaign: days of the same name are compared. */
  readonly name: string;
  /** All there are, in a fixed order. */
  readonly files: readonly ExperimentFile[];
  /** Most a day. */
  readonly count: number;
  /** IANA: says which day it is. */
  readonly timeZone: string;
  /** `YYYY-MM-DD`: days before it are not looked at; null: all are. */
  readonly since: string | null;
  /** Default: the number of the day, so that a day repeats itself. */
  readonly seed?: number | undefined;
  readonly campaign: Pick<
    CampaignOptions,
    'resultsDirectory' | 'stateDirectory' | 'clock' | 'onEvent' | 'onRunEvent' | 'onRoundEnded'
  >;
  /** Rules by address may hit every local process that talks there. Default false. */
  readonly allowLocalProcesses?: boolean | undefined;
  readonly signal: AbortSignal;
}

/**
 * Runs the experiments whose turn is today, one after the other, and compares each with its own days before.
 *
 * An experiment that cannot start (another run holds its target) is left out and said; one that left something behind
 * ends the day.
 *
 * @throws ChaosError when nothing can be kept or read: nothing was started
 */
export async function runDaily(options: DailyRun): Promise<CampaignOutcome<DailyResults>> {
  const { name, files, count, timeZone, since, campaign: kept, signal } = options;
  const { day, number: dayNumber } = calendarDay(kept.clock.wallMs(), timeZone);
  const { today, notToday } = rotation(files, count, dayNumber);
  const notes: string[] = [];
  const earlier =
    kept.resultsDirectory === null
      ? new Map<string, never>()
      : await readEarlierDays({
          resultsDirectory: kept.resultsDirectory,
          name,
          before: day,
          since,
          experiments: today,
          onNote: (text) => void notes.push(text),
        });
  let judged = judgeDaily.init();
  await using campaign = await Campaign.start({
    ...kept,
    kind: 'daily',
    name,
    target: [...new Set(today.map(({ target }) => target))].join(', '),
    hypothesis: 'no day is worse than the days before',
    seed: options.seed ?? dayNumber,
    settings: {
      day,
      timeZone,
      since,
      count,
      notToday: notToday.map(({ file }) => file),
      experiments: today.map(({ file, experiment, fingerprint }) => ({
        file,
        experiment: experiment.name,
        fingerprint,
        ...(earlier.get(file) ?? { earlier: [], otherVersions: 0 }),
      })),
    },
    onEvent: (event) => {
      judged = judgeDaily.step(judged, event);
      kept.onEvent?.(event);
    },
  });
  for (const text of notes) campaign.emit({ type: 'note-taken', round: null, text });
  let leaked = false;
  for (const [round, { file, experiment, text }] of today.entries()) {
    if (signal.aborted || leaked) {
      campaign.emit({ type: 'round-skipped', round, name: file, why: 'the day was stopped before its turn' });
      continue;
    }
    try {
      const summary = await campaign.runRound(
        {
          number: round,
          name: file.replace(/\.ya?ml$/, ''),
          severity: null,
          hypothesis: experiment.steadyStateHypothesis,
          experiment,
          prepare: { allowLocalProcesses: options.allowLocalProcesses },
          experimentText: text,
        },
        signal,
      );
      if (summary.verdict === 'leaked') {
        campaign.emit({ type: 'campaign-stopped', by: 'leaked', detail: summary.reason });
        leaked = true;
      }
    } catch (error) {
      if (!isChaosError(error) || error.code === 'INTERNAL') throw error;
      campaign.emit({ type: 'round-skipped', round, name: file, why: error.message });
    }
  }
  if (signal.aborted) campaign.emit({ type: 'campaign-stopped', ...stopReasonOf(signal) });
  campaign.emit({ type: 'campaign-ended' });
  const results = judgeDaily.result(judged);
  await campaign.writeResults(results);
  return { results, folder: campaign.path, mishaps: campaign.mishaps };
}
