import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rotation } from './rotation.js';

const choicesOf = (length: number) => Array.from({ length }, (_, index) => index);
const counts = { n: fc.integer({ min: 0, max: 60 }), count: fc.integer({ min: 1, max: 20 }) };

test('any days in a row that are enough have each choice once', () => {
  fc.assert(
    fc.property(
      fc.record({ ...counts, day: fc.integer({ min: -30_000, max: 60_000 }) }),
      ({ n, count, day }) => {
        const days = Math.max(1, Math.ceil(n / count));
        const ran = choicesOf(days).flatMap((i) => rotation(choicesOf(n), count, day + i).today);
        expect(ran.toSorted((a, b) => a - b)).toEqual(choicesOf(n));
      },
    ),
  );
});

test('no day has more than asked, days differ by at most one, and the rest is named', () => {
  fc.assert(
    fc.property(fc.record(counts), ({ n, count }) => {
      const days = Math.max(1, Math.ceil(n / count));
      const sizes = choicesOf(days).map((day) => {
        const { today, notToday } = rotation(choicesOf(n), count, day);
        expect([...today, ...notToday].toSorted((a, b) => a - b)).toEqual(choicesOf(n));
        return today.length;
      });
      expect(Math.max(...sizes)).toBeLessThanOrEqual(count);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});
