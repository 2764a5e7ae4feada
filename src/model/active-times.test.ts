import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { activeTimes } from './active-times.js';

const asked = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 8 });

test('without a cap every scenario gets what it asks for; together, what the longest asks for', () => {
  const askedMs = [10, 30, 20];
  expect(activeTimes({ askedMs, capMs: undefined, parallel: false })).toEqual([10, 30, 20]);
  expect(activeTimes({ askedMs, capMs: undefined, parallel: true })).toEqual([30, 30, 30]);
});

test('in turn, the first ones take what they ask for and the rest of the cap is shared out', () => {
  expect(activeTimes({ askedMs: [10, 30, 20], capMs: 25, parallel: false })).toEqual([10, 15, 0]);
});

test('the sum never passes the cap, and uses it up when scenarios ask for it', () => {
  fc.assert(
    fc.property(asked, fc.integer({ min: 1, max: 400_000 }), (askedMs, capMs) => {
      const times = activeTimes({ askedMs, capMs, parallel: false });
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
      expect(sum(times)).toBe(Math.min(capMs, sum(askedMs)));
      expect(times.every((ms, index) => ms >= 0 && ms <= (askedMs[index] ?? 0))).toBe(true);
    }),
  );
});

test('together, all are active for the same time, never past the cap', () => {
  fc.assert(
    fc.property(asked, fc.integer({ min: 1, max: 400_000 }), (askedMs, capMs) => {
      const times = activeTimes({ askedMs, capMs, parallel: true });
      expect(new Set(times)).toEqual(new Set([Math.min(capMs, Math.max(...askedMs))]));
    }),
  );
});
