import type { RepeatedCriterion } from '../../model/campaign-results.js';
import type { Interval } from '../../model/interval.js';
import type { RoundCriterion, RoundSummary } from '../../model/round-summary.js';
import { metricVerdict } from '../resilience/metric-verdict.js';
import { logMeanInterval } from '../statistics/log-mean-interval.js';
import { momentsOf } from '../statistics/moments.js';
import { tInterval } from '../statistics/t-interval.js';
import { wilsonInterval } from '../statistics/wilson-interval.js';

/** A function answers yes or no, and says nothing of a limit: as many runs must hold as faults must be tolerated. */
const leastShareOfFunction = 0.8;

type IntervalMaker = (runs: number) => Interval | null;

/**
 * Each criterion over runs: one number a run, their mean, and the interval of the mean against the limit.
 *
 * Times are positive with a long tail to the right: their interval is made on the log scale, unless a run saw zero or the
 * scale does not fit. Shares have Student's t, cut to 0–1; the answers of a function have Wilson's interval, against 80 %.
 */
export function repeatedCriteria(rounds: readonly RoundSummary[]): readonly RepeatedCriterion[] {
  const byKey = new Map<string, RoundCriterion[]>();
  for (const { criteria } of rounds) {
    const seen = new Map<string, number>();
    for (const criterion of criteria) {
      const { name, scenario, probe } = criterion;
      const same = JSON.stringify([scenario, probe, name]);
      // An experiment may have the same scenario twice: the first of one run belongs to the first of the others.
      const nth = seen.get(same) ?? 0;
      seen.set(same, nth + 1);
      const key = `${same} ${nth}`;
      const group = byKey.get(key);
      if (group === undefined) byKey.set(key, [criterion]);
      else group.push(criterion);
    }
  }
  return [...byKey.values()].flatMap((group) => (group[0] === undefined ? [] : repeated(group[0], group)));
}

function repeated(
  { name, scenario, probe, limit, limitIs }: RoundCriterion,
  group: readonly RoundCriterion[],
): RepeatedCriterion {
  const observed = group.map((each) =>
    each.name === 'function' && each.held !== null ? Number(each.held) : each.observed,
  );
  const values = observed.filter((value) => value !== null);
  const n = values.length;
  const mean = n === 0 ? null : momentsOf(values).mean;
  const intervalOf = intervalMaker(name, values);
  const interval = intervalOf(n);
  const target = limit ?? leastShareOfFunction;
  const measured = { target, targetIs: limitIs, value: mean, n, interval, intervalOf };
  return {
    name,
    scenario,
    probe,
    limit: target,
    limitIs,
    observed,
    mean,
    n,
    interval,
    ...metricVerdict(measured),
  };
}

const shares: readonly string[] = ['passRate', 'maxErrorRate', 'minAvailability'];

/** The interval that so many runs give, or would give if they vary as these do. */
function intervalMaker(name: string, values: readonly number[]): IntervalMaker {
  const moments = momentsOf(values);
  if (name === 'function') return (n) => wilsonInterval(moments.mean * n, n);
  if (shares.includes(name)) return (n) => tInterval({ ...moments, n }, { least: 0, most: 1 });
  const logarithms = values.every((value) => value > 0) ? momentsOf(values.map(Math.log)) : null;
  const onLogScale = logarithms === null ? null : logMeanInterval(logarithms);
  // Times that are not log-normal at all can give a range that their own mean lies outside of.
  if (logarithms !== null && onLogScale !== null && contains(onLogScale, moments.mean))
    return (n) => logMeanInterval({ ...logarithms, n });
  return (n) => tInterval({ ...moments, n }, { least: 0, most: Number.POSITIVE_INFINITY });
}

function contains({ lower, upper }: Interval, value: number): boolean {
  return lower <= value && value <= upper;
}
