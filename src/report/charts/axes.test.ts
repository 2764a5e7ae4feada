import { expect, test } from 'vitest';
import { clockText, timeAxis } from './axes.js';

test('time since the start', () => {
  expect([0, 1_500, 59_960, 61_000, 3_600_000, 36_061_000].map(clockText)).toEqual([
    '0:00',
    '0:01.5',
    '1:00',
    '1:01',
    '1:00:00',
    '10:01:01',
  ]);
});

test('an axis of time has some marks, and not many, from a tenth of a second to a week', () => {
  for (let endMs = 100; endMs < 7 * 24 * 3_600_000; endMs *= 1.37) {
    for (const width of [400, 1_000]) {
      const marks = endMs / Number(timeAxis(endMs, width)['interval']);
      expect(marks).toBeLessThanOrEqual(10);
      if (endMs > 1_000) expect(marks).toBeGreaterThan(1.5);
    }
  }
});
