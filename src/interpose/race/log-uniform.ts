/** Timers know no shorter time. */
const shortestMs = 1;

/**
 * Milliseconds from 1 to `maxMs`, as often between 1 and 2 as between 10 and 20: races have windows of any size.
 *
 * @param u - uniform in [0, 1)
 */
export function logUniformMs(maxMs: number, u: number): number {
  const from = Math.min(shortestMs, maxMs);
  return from * (maxMs / from) ** u;
}
