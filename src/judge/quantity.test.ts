import { expect, test } from 'vitest';
import { formatNumber, formatResponse, formatShare } from './quantity.js';

test('numbers for people', () => {
  expect([0, 4.24, 9.96, 12.4, 1_980, 9_999.4, 10_000, 12_345].map(formatResponse)).toEqual([
    '0 ms',
    '4.2 ms',
    '10 ms',
    '12 ms',
    '1,980 ms',
    '9,999 ms',
    '10 s',
    '12.3 s',
  ]);
  expect([0, 0.9724, 1, 0.00049].map(formatShare)).toEqual(['0 %', '97.2 %', '100 %', '0 %']);
  expect([formatNumber(1_234_567), formatNumber(3.14159, 2)]).toEqual(['1,234,567', '3.14']);
});
