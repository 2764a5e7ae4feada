import type { Interval } from '../../model/interval.js';
import type { MetricDetail, ResilienceMetricName } from '../../model/metric-detail.js';
import { medianOf } from '../statistics/median-of.js';
import { momentsOf } from '../statistics/moments.js';
import { tInterval } from '../statistics/t-interval.js';
import { metricVerdict } from './metric-verdict.js';

const percentRange = { least: 0, most: 100 };

export interface SharesOverRuns {
  readonly name: ResilienceMetricName;
  /** One a run, 0–1. */
  readonly shares: readonly number[];
  readonly targetPercent: number;
  /** Inside one run, 0–1; shown, never decides. */
  readonly withinRun: Interval | null;
  readonly beside: MetricDetail['beside'];
}

/** A share as a metric in percent, with the run as the unit: each run gives one number, and these vary. */
export function shareOverRuns({
  name,
  shares,
  targetPercent,
  withinRun,
  beside,
}: SharesOverRuns): MetricDetail {
  const percents = shares.map((share) => 100 * share);
  const moments = momentsOf(percents);
  const value = percents.length === 0 ? null : moments.mean;
  const interval = tInterval(moments, percentRange);
  const target = { target: targetPercent, targetIs: 'least' } as const;
  const intervalOf = (n: number) => tInterval({ ...moments, n }, percentRange);
  return {
    name,
    unit: '%',
    value,
    median: medianOf(percents),
    n: percents.length,
    censored: 0,
    interval,
    withinRun:
      withinRun === null
        ? null
        : { ...withinRun, lower: 100 * withinRun.lower, upper: 100 * withinRun.upper },
    ...target,
    ...metricVerdict({ ...target, value, n: percents.length, interval, intervalOf }),
    beside,
    byFault: [],
  };
}

/** The mean over runs of something that stands beside a metric, 0–1 made percent. */
export function besidePercent(name: string, shares: readonly number[]): MetricDetail['beside'] {
  if (shares.length === 0) return [];
  const moments = momentsOf(shares.map((share) => 100 * share));
  return [{ name, unit: '%', value: moments.mean, interval: tInterval(moments, percentRange) }];
}
