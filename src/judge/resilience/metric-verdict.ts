import type { Interval } from '../../model/interval.js';
import type { MetricDetail } from '../../model/metric-detail.js';
import { fewestRuns } from '../statistics/fewest-runs.js';
import { runsToDecide } from '../statistics/runs-to-decide.js';

export interface MetricTarget {
  readonly target: number;
  readonly targetIs: MetricDetail['targetIs'];
}

export interface Measured extends MetricTarget {
  readonly value: number | null;
  readonly n: number;
  readonly interval: Interval | null;
  /** The interval that this many runs would give, if they vary as those so far did. */
  readonly intervalOf: (runs: number) => Interval | null;
}

/**
 * The interval against the target: wholly on the good side held, wholly on the other deviated, across it inconclusive,
 * with the number of further runs that would decide. Five runs or more that were all equal decide by their value.
 */
export function metricVerdict(measured: Measured): Pick<MetricDetail, 'verdict' | 'runsToDecide'> {
  const { value, n, interval } = measured;
  if (value === null) return { verdict: 'inconclusive', runsToDecide: null };
  if (n >= fewestRuns) {
    const verdict = side(measured, interval ?? { lower: value, upper: value });
    if (verdict !== 'inconclusive') return { verdict, runsToDecide: null };
  }
  return {
    verdict: 'inconclusive',
    runsToDecide: runsToDecide(n, (runs) => {
      const range = measured.intervalOf(runs) ?? { lower: value, upper: value };
      return side(measured, range) !== 'inconclusive';
    }),
  };
}

function side(
  { target, targetIs }: MetricTarget,
  { lower, upper }: Pick<Interval, 'lower' | 'upper'>,
): MetricDetail['verdict'] {
  const [worst, best] = targetIs === 'most' ? [-upper, -lower] : [lower, upper];
  const limit = targetIs === 'most' ? -target : target;
  if (worst >= limit) return 'held';
  return best < limit ? 'deviated' : 'inconclusive';
}
