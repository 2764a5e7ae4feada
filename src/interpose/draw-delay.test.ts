import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decisions } from '../model/decide.js';
import type { DelayDistribution } from '../model/scenario-parameters.js';
import { drawDelayMs } from './draw-delay.js';

const decide = decisions(7);
const drawn = (delay: DelayDistribution, count = 20_000) =>
  Array.from({ length: count }, (_, n) => drawDelayMs(delay, decide('u', 's', n), decide('v', 's', n)));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

test('fixed and uniform', () => {
  expect(drawn(800, 3)).toEqual([800, 800, 800]);
  for (const delay of [[500, 2_000], { distribution: 'uniform', minMs: 500, maxMs: 2_000 }] as const) {
    const values = drawn(delay);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...values)).toBeLessThan(2_000);
    // Five standard errors: 1500 / sqrt(12) / sqrt(20000) is 3.06.
    expect(Math.abs(mean(values) - 1_250)).toBeLessThan(5 * 3.06);
  }
});

test('normal: mean and deviation as asked, its two halves alike, cut off at 0', () => {
  const values = drawn({ distribution: 'normal', meanMs: 1_000, standardDeviationMs: 100 });
  expect(Math.abs(mean(values) - 1_000)).toBeLessThan((5 * 100) / Math.sqrt(20_000));
  // The standard error of a deviation is sigma / sqrt(2n).
  expect(Math.abs(deviation(values) - 100)).toBeLessThan((5 * 100) / Math.sqrt(40_000));
  // 68.27 % lie within one deviation; five standard errors of that share.
  const within = values.filter((value) => Math.abs(value - 1_000) < 100).length / values.length;
  expect(Math.abs(within - 0.6827)).toBeLessThan(5 * Math.sqrt((0.6827 * 0.3173) / 20_000));
  expect(Math.min(...drawn({ distribution: 'normal', meanMs: 10, standardDeviationMs: 100 }))).toBe(0);
});

test('exponential: mean and deviation are the same', () => {
  const values = drawn({ distribution: 'exponential', meanMs: 300 });
  expect(Math.abs(mean(values) - 300)).toBeLessThan((5 * 300) / Math.sqrt(20_000));
  // The fourth moment of an exponential makes the standard error of its deviation sigma * sqrt(2 / n).
  expect(Math.abs(deviation(values) - 300)).toBeLessThan(5 * 300 * Math.sqrt(2 / 20_000));
});

test('never negative, never infinite, whatever is drawn', () => {
  const u = fc.double({ min: 0, max: 1 - 2 ** -32, noNaN: true });
  const ms = fc.integer({ min: 0, max: 3_600_000 });
  const delay = fc.oneof(
    ms,
    fc.tuple(ms, ms),
    fc.record({ distribution: fc.constant('normal' as const), meanMs: ms, standardDeviationMs: ms }),
    fc.record({ distribution: fc.constant('exponential' as const), meanMs: ms }),
  );
  fc.assert(
    fc.property(delay, u, u, (asked, a, b) => {
      const value = drawDelayMs(asked, a, b);
      return value >= 0 && Number.isFinite(value);
    }),
  );
});
