import type { Interval } from '../../model/interval.js';
import { fewestRuns } from './fewest-runs.js';
import type { Moments } from './moments.js';
import { studentT975 } from './student-t.js';

/**
 * Student's 95 % interval for the mean of independent runs, cut to the range that the quantity can have.
 *
 * null with fewer than five runs, or when all are equal: then there is nothing to estimate an error from.
 *
 * Source: Student 1908, "The probable error of a mean", Biometrika 6.
 */
export function tInterval(
  { n, mean, variance }: Moments,
  range: { readonly least: number; readonly most: number },
): Interval | null {
  if (n < fewestRuns || variance <= 0) return null;
  const reach = studentT975(n - 1) * Math.sqrt(variance / n);
  return {
    lower: Math.max(range.least, mean - reach),
    upper: Math.min(range.most, mean + reach),
    level: 0.95,
    method: `t over ${n} runs`,
  };
}
