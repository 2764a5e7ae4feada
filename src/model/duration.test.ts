import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMs, isDuration, toMs } from './duration.js';

test.each([
  [0, 0],
  [1.5, 1_500],
  ['250ms', 250],
  ['0.5s', 500],
  ['90s', 90_000],
  ['5m', 300_000],
  ['1.5h', 5_400_000],
  ['2d', 172_800_000],
])('%j is %d ms', (duration, ms) => {
  expect(toMs(duration)).toBe(ms);
});

test.each([
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  '5',
  '5 s',
  '-5s',
  '+5s',
  '.5s',
  '5.s',
  '5S',
  '5min',
  '1h30m',
  ' 5s',
  null,
  [5],
])('%j is not a duration', (value) => {
  expect(isDuration(value)).toBe(false);
  expect(() => toMs(value as never)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});

test('a number of a unit is that many units, whatever the number', () => {
  const units = [
    ['ms', 1],
    ['s', 1_000],
    ['m', 60_000],
    ['h', 3_600_000],
    ['d', 86_400_000],
  ] as const;
  fc.assert(
    fc.property(fc.nat(100_000), fc.constantFrom(...units), (amount, [unit, ms]) => {
      expect(toMs(`${amount}${unit}`)).toBe(amount * ms);
    }),
  );
});

test('shows durations for people', () => {
  const shown = [
    0, 0.26, 9.94, 9.96, 850, 999.4, 999.6, 1_000, 12_340, 59_949, 59_950, 60_000, 90_000, 3_599_600,
    3_600_000, 5_430_000, 90_000_000,
  ];
  expect(shown.map((ms) => `${ms}: ${formatMs(ms)}`)).toMatchInlineSnapshot(`
    [
      "0: 0 ms",
      "0.26: 0.3 ms",
      "9.94: 9.9 ms",
      "9.96: 10 ms",
      "850: 850 ms",
      "999.4: 999 ms",
      "999.6: 1 s",
      "1000: 1 s",
      "12340: 12.3 s",
      "59949: 59.9 s",
      "59950: 1 min",
      "60000: 1 min",
      "90000: 1 min 30 s",
      "3599600: 1 h",
      "3600000: 1 h",
      "5430000: 1 h 30 min",
      "90000000: 25 h",
    ]
  `);
  expect(formatMs(Number.POSITIVE_INFINITY)).toBe('never');
});

test('what it shows is never off by more than its last digit', () => {
  const inMs = (text: string) => {
    const units: Record<string, number> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000 };
    const parts = [...text.matchAll(/([\d.]+) (ms|s|min|h)/g)];
    return parts.reduce(
      (sum, [, amount, unit = '']) => sum + Number(amount) * (units[unit] ?? Number.NaN),
      0,
    );
  };
  fc.assert(
    fc.property(fc.double({ min: 0, max: 200_000_000, noNaN: true }), (ms) => {
      const tolerance =
        ms < 10 ? 0.051 : ms < 999.5 ? 0.51 : ms < 59_950 ? 51 : ms < 3_599_500 ? 501 : 60_001;
      expect(Math.abs(inMs(formatMs(ms)) - ms)).toBeLessThanOrEqual(tolerance);
    }),
  );
});
