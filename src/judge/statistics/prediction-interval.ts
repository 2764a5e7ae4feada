import type { Interval } from '../../model/interval.js';
import { fewestRuns } from './fewest-runs.js';
import { momentsOf } from './moments.js';
import { studentT } from './student-t.js';

/** 1 in 200 on the bad side: a day has a dozen numbers that could raise a false alarm. */
const level = 0.99;

/**
 * Where one further value lies if it is like those before: mean ± t(n − 1) · s · √(1 + 1/n), at 99 %.
 *
 * It is wider than an interval for the mean, which says nothing about a single day. null with fewer than five values;
 * a single point when all are equal.
 *
 * Source: Hahn and Meeker 1991, "Statistical Intervals", section 4.8; Fisher 1935.
 *
 * @param logShift - make it on the scale ln(x + logShift), for values with a long tail to the right
 */
export function predictionInterval(
  values: readonly number[],
  options: { readonly logShift?: number; readonly least: number; readonly most: number },
): Interval | null {
  const { logShift, least, most } = options;
  if (values.length < fewestRuns) return null;
  const onScale = logShift === undefined ? values : values.map((value) => Math.log(value + logShift));
  const { n, mean, variance } = momentsOf(onScale);
  const reach = studentT(n - 1, level) * Math.sqrt(variance * (1 + 1 / n));
  const back = (value: number) => (logShift === undefined ? value : Math.exp(value) - logShift);
  return {
    lower: Math.max(least, back(mean - reach)),
    upper: Math.min(most, back(mean + reach)),
    level,
    method: `for one further day, ${logShift === undefined ? '' : 'log scale, '}over ${n} days`,
  };
}
