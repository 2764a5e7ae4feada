import fc from 'fast-check';
import { expect, test } from 'vitest';
import { busyGoalMs } from './load-curve.js';

const curves = fc.record({
  share: fc.double({ min: 0.01, max: 1, noNaN: true }),
  rampMs: fc.integer({ min: 0, max: 60_000 }),
  rampSteps: fc.integer({ min: 0, max: 20 }),
});

test.each([
  ['at once', { share: 0.5, rampMs: 0, rampSteps: 0 }, 1_000, 500],
  ['smoothly, at the end of the ramp', { share: 0.5, rampMs: 1_000, rampSteps: 0 }, 1_000, 250],
  ['smoothly, and on', { share: 0.5, rampMs: 1_000, rampSteps: 0 }, 2_000, 750],
  ['in two steps, in the first', { share: 0.8, rampMs: 1_000, rampSteps: 2 }, 250, 100],
  ['in two steps, at the end', { share: 0.8, rampMs: 1_000, rampSteps: 2 }, 1_000, 600],
])('a load that comes %s', (_how, curve, elapsedMs, goalMs) => {
  expect(busyGoalMs(curve, elapsedMs)).toBeCloseTo(goalMs, 9);
});

test('it never falls, never grows faster than its level, and is at its level after the ramp', () => {
  fc.assert(
    fc.property(curves, fc.nat(100_000), fc.nat(10_000), (curve, fromMs, tookMs) => {
      const grownMs = busyGoalMs(curve, fromMs + tookMs) - busyGoalMs(curve, fromMs);
      expect(grownMs).toBeGreaterThanOrEqual(-1e-6);
      expect(grownMs).toBeLessThanOrEqual(curve.share * tookMs + 1e-6);
      if (fromMs >= curve.rampMs) expect(grownMs).toBeCloseTo(curve.share * tookMs, 5);
    }),
  );
});
