import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logUniformMs } from './log-uniform.js';

test('lies between 1 ms and the longest, and every octave is as likely', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 10_000, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (maxMs, u) => {
        const ms = logUniformMs(maxMs, u);
        expect(ms).toBeGreaterThanOrEqual(1 - 1e-9);
        expect(ms).toBeLessThanOrEqual(maxMs * (1 + 1e-9));
      },
    ),
  );
  expect([0, 0.25, 0.5, 0.75].map((u) => Math.round(logUniformMs(16, u)))).toEqual([1, 2, 4, 8]);
  expect(logUniformMs(0.5, 0.9)).toBe(0.5);
});
