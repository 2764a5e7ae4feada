import { toMs } from './duration.js';

/**
 * Whole milliseconds of a length of time that may be negative.
 *
 * @param duration - seconds, or a text with a sign and a unit such as `"-30s"`
 * @throws ChaosError INVALID_INPUT as `toMs`
 */
export function signedMs(duration: number | string): number {
  const text = typeof duration === 'number' ? duration : duration.replace(/^[+-]/, '');
  const isNegative = typeof duration === 'number' ? duration < 0 : duration.startsWith('-');
  const ms = Math.round(toMs(typeof text === 'number' ? Math.abs(text) : text));
  return isNegative ? -ms : ms;
}
