import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newHistogram, recordMs, responseTimesOf } from './decimal-histogram.js';

function timesOf(values: readonly number[]) {
  const histogram = newHistogram();
  for (const value of values) recordMs(histogram, value);
  return responseTimesOf(histogram);
}

/** Nearest rank over every value. */
function exact(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

const latency = fc.oneof(
  fc.double({ min: 0, max: 5, noNaN: true }),
  fc.double({ min: 0, max: 70_000, noNaN: true }),
  fc.integer({ min: 0, max: 3_000 }),
);

describe('response times', () => {
  test('percentiles are the nearest ranks of the sorted values, within 0.05 % or a microsecond', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 400 }), (values) => {
        const times = timesOf(values);
        for (const [share, got] of [
          [0.5, times?.p50Ms],
          [0.95, times?.p95Ms],
          [0.99, times?.p99Ms],
        ] as const) {
          const want = exact(values, share);
          expect(Math.abs((got ?? Number.NaN) - want)).toBeLessThanOrEqual(
            Math.max(0.000_5001, want * 0.000_5001),
          );
        }
        expect(times?.maxMs).toBeCloseTo(Math.max(...values), 3);
        expect(times?.count).toBe(values.length);
      }),
    );
  });

  test('never decrease with the share, and never pass the maximum', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1 }), (values) => {
        const { p50Ms = 0, p95Ms = 0, p99Ms = 0, maxMs = 0 } = timesOf(values) ?? {};
        expect([p50Ms, p95Ms, p99Ms, maxMs].toSorted((a, b) => a - b)).toEqual([p50Ms, p95Ms, p99Ms, maxMs]);
      }),
    );
  });

  test('whole milliseconds up to four digits come back as they went in, so that inclusive limits hold', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999 }), (ms) => {
        // A single larger value, so that the percentile is not just the maximum.
        const values = [...Array.from({ length: 200 }, () => ms), 10_000];
        expect(timesOf(values)).toMatchObject({ p50Ms: ms, p95Ms: ms, p99Ms: ms });
      }),
    );
  });

  test('nothing counted is null; nonsense counts as 0 ms', () => {
    expect(timesOf([])).toBeNull();
    expect(timesOf([Number.NaN, -5])).toEqual({ count: 2, p50Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0 });
  });

  test('stays small: every microsecond up to 20 ms and on to an hour', () => {
    const histogram = newHistogram();
    for (let i = 0; i < 200_000; i += 1) recordMs(histogram, i < 20_000 ? i / 1_000 : (i - 20_000) * 20);
    expect(histogram.count).toBe(200_000);
    expect(histogram.counts.size).toBeLessThan(50_000);
  });
});
