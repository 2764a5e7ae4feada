import { ChaosError } from './chaos-error.js';

/** Seconds as a number, or a string with a unit: `"250ms"`, `"90s"`, `"5m"`, `"1h"`, `"2d"`. */
export type Duration = number | string;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** True when `toMs` accepts the value. */
export function isDuration(value: unknown): value is Duration {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0;
  return typeof value === 'string' && /^\d+(\.\d+)?(ms|s|m|h|d)$/.test(value);
}

/**
 * Milliseconds of a duration.
 *
 * @throws ChaosError INVALID_INPUT when it is negative, not finite, or a string without a known unit
 * @example
 * ```ts
 * toMs(1.5); // 1500
 * toMs('5m'); // 300000
 * ```
 */
export function toMs(duration: Duration): number {
  if (!isDuration(duration)) {
    throw new ChaosError('INVALID_INPUT', `expected a duration, got ${JSON.stringify(duration)}`, {
      hint: 'give seconds as a number, or a string with a unit such as "250ms", "90s", "5m", "1h"',
    });
  }
  if (typeof duration === 'number') return duration * 1_000;
  const [, amount, unit] = /^([\d.]+)([a-z]+)$/.exec(duration) ?? [];
  return Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN);
}

/**
 * A duration for people: the two largest units that matter.
 *
 * @example
 * ```ts
 * formatMs(850); // '850 ms'
 * formatMs(12_340); // '12.3 s'
 * formatMs(90_000); // '1 min 30 s'
 * ```
 */
export function formatMs(ms: number): string {
  if (!Number.isFinite(ms)) return 'never';
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${Number((ms / 1_000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1_000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  return rest > 0 ? `${minutes} min ${rest} s` : `${minutes} min`;
}
