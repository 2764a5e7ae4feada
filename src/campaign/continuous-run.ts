import type { ContinuousSettings } from '../judge/campaign/continuous-settings.js';
import { ChaosError } from '../model/chaos-error.js';
import { formatMs, toMs } from '../model/duration.js';
import type { Experiment } from '../model/experiment.js';
import type { Scenario } from '../model/scenario.js';
import type { CampaignRun } from './campaign-run.js';
import type { EarlierContinuous } from './read-continuous.js';

/** Continuous chaos, as it was asked for. */
export interface ContinuousRun
  extends CampaignRun,
    Pick<ContinuousSettings, 'durationMs' | 'intervalMs' | 'severityRange' | 'errorBudget' | 'keepRuns'> {
  /** What is the same in each round; its scenarios are not looked at. */
  readonly experiment: Experiment;
  /** Those to choose from, as far as they are in the range and the target supports them. */
  readonly candidates: readonly Scenario[];
  /** Goes on with this one, in its folder. */
  readonly resume: EarlierContinuous | null;
}

/**
 * The longest that a fault is active. What one round needs besides its fault must fit into the interval, so that a system that recovers keeps its pace.
 *
 * @throws ChaosError INVALID_INPUT when that leaves no time for a fault
 */
export function mostActiveMs({ experiment, intervalMs, durationMs }: ContinuousRun): number {
  const { baseline, holdTime } = experiment;
  const leftMs = Math.min(intervalMs, durationMs) - toMs(baseline) - toMs(holdTime);
  if (leftMs > 0) return leftMs;
  const [name, ms] = durationMs < intervalMs ? ['a duration', durationMs] : ['an interval', intervalMs];
  throw new ChaosError(
    'INVALID_INPUT',
    `${name} of ${formatMs(ms)} leaves no time for a fault between baseline (${formatMs(toMs(baseline))}) and holdTime (${formatMs(toMs(holdTime))})`,
    { hint: 'make it longer, or shorten baseline and holdTime' },
  );
}

/** @throws ChaosError INVALID_INPUT for a number that is out of its range */
export function checkedRun(options: ContinuousRun): ContinuousRun {
  const { errorBudget, keepRuns } = options;
  if (errorBudget !== null && !(errorBudget >= 0 && errorBudget <= 1)) {
    throw new ChaosError('INVALID_INPUT', `expected an error budget from 0 to 1, got ${errorBudget}`, {
      hint: 'it is a share: 5 % is 0.05',
    });
  }
  if (keepRuns !== null && !(Number.isSafeInteger(keepRuns) && keepRuns >= 0)) {
    throw new ChaosError(
      'INVALID_INPUT',
      `expected the runs to keep to be a whole number from 0 on, got ${keepRuns}`,
      { hint: 'leave it out to keep all' },
    );
  }
  return options;
}
