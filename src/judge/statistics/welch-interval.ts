import type { Interval } from '../../model/interval.js';
import { fewestRuns } from './fewest-runs.js';
import type { Moments } from './moments.js';
import { studentT975 } from './student-t.js';

/**
 * A 95 % interval for the difference of two means of independent runs, head less base, whose variances may differ.
 *
 * Degrees of freedom are those of Satterthwaite, rounded down. null with fewer than five runs on a side, or when no run
 * differs from its own side: then there is nothing to estimate an error from.
 *
 * Source: Welch 1947, "The generalization of 'Student's' problem when several different population variances are
 * involved", Biometrika 34.
 */
export function welchInterval(base: Moments, head: Moments): Interval | null {
  const errors = [base, head].map(({ n, variance }) => ({ square: variance / n, freedom: n - 1 }));
  const square = errors.reduce((sum, error) => sum + error.square, 0);
  if (Math.min(base.n, head.n) < fewestRuns || square <= 0) return null;
  const freedom = square ** 2 / errors.reduce((sum, error) => sum + error.square ** 2 / error.freedom, 0);
  // What floating point loses must not cost a degree.
  const reach = studentT975(Math.floor(freedom + 1e-9)) * Math.sqrt(square);
  const difference = head.mean - base.mean;
  return {
    lower: difference - reach,
    upper: difference + reach,
    level: 0.95,
    method: `Welch over ${base.n} and ${head.n} runs`,
  };
}
