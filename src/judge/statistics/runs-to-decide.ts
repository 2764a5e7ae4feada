import { fewestRuns } from './fewest-runs.js';

/** Beyond this nobody runs them: there is no number worth printing. */
const mostRuns = 10_000;

/**
 * How many more runs would decide, if they vary as those so far did; null when even 10,000 would not.
 *
 * @param n - runs so far
 * @param decides - whether that many runs in all would; once true it stays true
 */
export function runsToDecide(n: number, decides: (runs: number) => boolean): number | null {
  if (!decides(mostRuns)) return null;
  let low = Math.max(n, fewestRuns - 1);
  let high = mostRuns;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (decides(middle)) high = middle;
    else low = middle;
  }
  return high - n;
}
