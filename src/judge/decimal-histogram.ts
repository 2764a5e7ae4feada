import type { ResponseTimes } from '../model/results.js';

/**
 * Counts of times in ms by their four leading decimal digits: bounded (at most 9,000 entries a decade, a few hundred in
 * practice) and at most 0.05 % off.
 *
 * Decimal on purpose: a limit of 1,000 ms is a bucket of its own, where the binary buckets of HdrHistogram answer
 * 1,000.447 ms for samples of exactly 1,000 ms and would break an inclusive limit that held.
 */
export interface DecimalHistogram {
  count: number;
  maxUs: number;
  /** By whole microseconds, of which the first four digits count: small integers are the fastest keys of a Map. */
  readonly counts: Map<number, number>;
}

/** An empty histogram. */
export function newHistogram(): DecimalHistogram {
  return { count: 0, maxUs: 0, counts: new Map() };
}

/** Counts one time; what is negative or not a number counts as 0 ms. Finer than a microsecond is rounded. */
export function recordMs(histogram: DecimalHistogram, ms: number): void {
  const us = ms > 0 ? Math.round(Math.min(ms, longestMs) * 1_000) : 0;
  const key = fourDigits(us);
  histogram.count += 1;
  if (us > histogram.maxUs) histogram.maxUs = us;
  histogram.counts.set(key, (histogram.counts.get(key) ?? 0) + 1);
}

/** Far beyond any time limit, and exact in microseconds. */
const longestMs = 1e12;

function fourDigits(us: number): number {
  let step = 1;
  while (us >= 10_000 * step) step *= 10;
  return step === 1 ? us : Math.round(us / step) * step;
}

/**
 * Count, p50, p95, p99 and maximum; null when nothing was counted.
 * Percentiles are by nearest rank: the smallest time that at least that share of the samples did not exceed.
 */
export function responseTimesOf({ count, maxUs, counts }: DecimalHistogram): ResponseTimes | null {
  if (count === 0) return null;
  const keys = [...counts.keys()].sort((a, b) => a - b);
  const percentile = (share: number) => {
    const rank = Math.ceil(share * count);
    let seen = 0;
    for (const key of keys) {
      seen += counts.get(key) ?? 0;
      // Rounding to four digits may pass the maximum by 0.05 %; no percentile does.
      if (seen >= rank) return Math.min(key, maxUs) / 1_000;
    }
    return maxUs / 1_000;
  };
  return {
    count,
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
    maxMs: maxUs / 1_000,
  };
}

/** Adds all that the second histogram counted to the first. */
export function mergeHistogram(into: DecimalHistogram, from: DecimalHistogram): void {
  into.count += from.count;
  into.maxUs = Math.max(into.maxUs, from.maxUs);
  for (const [key, n] of from.counts) into.counts.set(key, (into.counts.get(key) ?? 0) + n);
}
