import type { Interval } from '../../model/interval.js';
import { fewestRuns } from './fewest-runs.js';
import type { Moments } from './moments.js';
import { studentT975 } from './student-t.js';

/**
 * A 95 % interval for the mean of positive values with a long tail to the right, made on the log scale.
 *
 * With y the mean and s² the variance of the logarithms: exp(y + s²/2 ± t·√(s²/n + s⁴/(2(n − 1)))).
 * null with fewer than five values or without variance.
 *
 * Source: Cox's method with Student's t, as in Olsson 2005, "Confidence intervals for the mean of a log-normal
 * distribution", Journal of Statistics Education 13(1).
 *
 * @param logarithms - moments of the natural logarithms of the values
 */
export function logMeanInterval({ n, mean, variance }: Moments): Interval | null {
  if (n < fewestRuns || variance <= 0) return null;
  const centre = mean + variance / 2;
  const reach = studentT975(n - 1) * Math.sqrt(variance / n + variance ** 2 / (2 * (n - 1)));
  return {
    lower: Math.exp(centre - reach),
    upper: Math.exp(centre + reach),
    level: 0.95,
    method: `log scale over ${n} runs`,
  };
}
