import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimeBudget } from './time-budget.js';

const asked = fc.array(
  fc.record({ afterMs: fc.integer({ min: 0, max: 50 }), wantedMs: fc.integer({ min: 0, max: 40 }) }),
  { maxLength: 60 },
);

test('never is more of the time spent holding back than granted, and never more granted than wanted', () => {
  fc.assert(
    fc.property(
      asked,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 100 }),
      (asks, share, burstMs) => {
        const budget = new TimeBudget(share, burstMs, 0);
        const held = new Set<number>();
        let nowMs = 0;
        for (const { afterMs, wantedMs } of asks) {
          nowMs += afterMs;
          const grantedMs = budget.take(nowMs, wantedMs);
          expect(grantedMs).toBeGreaterThanOrEqual(0);
          expect(grantedMs).toBeLessThanOrEqual(wantedMs);
          // Whole milliseconds that lie in what was granted.
          for (let ms = nowMs; ms < Math.floor(nowMs + grantedMs); ms += 1) held.add(ms);
          expect(held.size).toBeLessThanOrEqual(share * nowMs + burstMs + 1e-9);
        }
      },
    ),
  );
});

test('all is granted while there is enough, and time that several share counts once', () => {
  const budget = new TimeBudget(0.5, 10, 0);
  expect(budget.take(0, 10)).toBe(10);
  expect(budget.take(2, 8)).toBe(8);
  expect(budget.take(2, 9)).toBe(9);
  expect(budget.take(12, 100)).toBe(5);
});
