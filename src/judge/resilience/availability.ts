import type { Interval } from '../../model/interval.js';
import type { MetricDetail } from '../../model/metric-detail.js';
import { besidePercent, shareOverRuns } from './share-over-runs.js';

/** How much of one run the system was there, from injection to the end of recovery. */
export interface RunAvailability {
  /** Share of time up, 0–1. */
  readonly byTime: number;
  /** Share of calls that were answered well, 0–1. */
  readonly byRequests: number;
  /** Of `byRequests`, inside this run. */
  readonly withinRun: Interval | null;
}

/**
 * Availability by time decides, that by requests stands beside it; both over runs.
 *
 * Source: Hauer et al. 2020, "Meaningful availability", NSDI, for why both: requests are offered at a fixed rate whether or
 * not the system answers, so that an outage is not hidden by callers that wait.
 *
 * @param targetPercent - the least that is good
 */
export function availability(runs: readonly RunAvailability[], targetPercent: number): MetricDetail {
  return shareOverRuns({
    name: 'availability',
    shares: runs.map(({ byTime }) => byTime),
    targetPercent,
    withinRun: runs.at(-1)?.withinRun ?? null,
    beside: besidePercent(
      'by requests',
      runs.map(({ byRequests }) => byRequests),
    ),
  });
}
