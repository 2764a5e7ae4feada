import type { Interval } from '../../model/interval.js';
import { fewestRuns } from './fewest-runs.js';

const z = 1.959963984540054;

/**
 * Wilson's 95 % interval for a share of independent yes/no outcomes; honest at 0 and at 1, where others shrink to a point.
 *
 * null with fewer than five outcomes.
 *
 * Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22.
 *
 * @param yes - outcomes that were yes, 0 to n
 * @param n - all outcomes
 * @returns shares, 0–1
 */
export function wilsonInterval(yes: number, n: number): Interval | null {
  if (n < fewestRuns) return null;
  const share = yes / n;
  const centre = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const reach = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  return {
    lower: yes === 0 ? 0 : Math.max(0, centre - reach),
    upper: yes === n ? 1 : Math.min(1, centre + reach),
    level: 0.95,
    method: `Wilson over ${n}`,
  };
}
