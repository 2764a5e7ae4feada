import type { ResilienceTriangle } from '../../model/round-summary.js';

/** Quality in one stretch of time: answered well ÷ offered. */
export interface QualityBucket {
  readonly fromMs: number;
  readonly toMs: number;
  /** 0–1. */
  readonly quality: number;
}

/**
 * The resilience triangle of one run, from injection to the end of recovery; null without a baseline or without buckets.
 *
 * Source: Bruneau et al. 2003, "A framework to quantitatively assess and enhance the seismic resilience of communities",
 * Earthquake Spectra 19(4); the 5th percentile in place of the minimum, which is one noisy bucket.
 *
 * @param before - quality in the baseline, 0–1
 * @param buckets - in order of time
 */
export function resilienceTriangle(
  before: number,
  buckets: readonly QualityBucket[],
): ResilienceTriangle | null {
  const watchedMs = buckets.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  if (before <= 0 || watchedMs <= 0) return null;
  const lostMs = buckets.reduce(
    (sum, { fromMs, toMs, quality }) => sum + Math.max(0, before - quality) * (toMs - fromMs),
    0,
  );
  const smooth = smoothed(buckets);
  const sorted = smooth.map(({ quality }) => quality).toSorted((a, b) => a - b);
  const deep = sorted[Math.floor(0.05 * (sorted.length - 1))] ?? before;
  return {
    loss: lostMs / (before * watchedMs),
    robustness: Math.min(1, deep / before),
    rapidityPerSecond: rapidity(before, smooth),
  };
}

function smoothed(buckets: readonly QualityBucket[]): readonly QualityBucket[] {
  return buckets.map((bucket, i) => {
    const near = buckets.slice(Math.max(0, i - 1), i + 2);
    const quality = near.reduce((sum, each) => sum + each.quality, 0) / near.length;
    return { ...bucket, quality };
  });
}

function rapidity(before: number, buckets: readonly QualityBucket[]): number | null {
  const lowest = buckets.reduce<QualityBucket | null>(
    (low, bucket) => (low === null || bucket.quality < low.quality ? bucket : low),
    null,
  );
  if (lowest === null || lowest.quality >= before) return null;
  const back = buckets.find(({ fromMs, quality }) => fromMs > lowest.fromMs && quality >= before);
  const end = back ?? buckets.at(-1);
  if (end === undefined || end.fromMs <= lowest.fromMs) return null;
  return (end.quality - lowest.quality) / ((end.fromMs - lowest.fromMs) / 1_000);
}
