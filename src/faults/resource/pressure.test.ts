import { expect, test } from 'vitest';
import { parsePressure } from './pressure.js';

test('reads what the kernel says, and nothing from a kernel that says nothing', () => {
  const text = `some avg10=85.15 avg60=80.08 avg300=56.39 total=11059757054
full avg10=0.00 avg60=0.00 avg300=0.00 total=0
`;
  expect(parsePressure(text)).toEqual([
    { who: 'some', lately: 85.15, waitedMs: 11_059_757.054 },
    { who: 'full', lately: 0, waitedMs: 0 },
  ]);
  expect(parsePressure('')).toEqual([]);
});
