import type { Sample } from '../model/events.js';
import {
  type DecimalHistogram,
  mergeHistogram,
  newHistogram,
  recordMs,
  responseTimesOf,
} from './decimal-histogram.js';

/** What one probe saw in one stretch of time; times in ms. */
export interface TimelineBucket {
  /** Since the run's start. */
  readonly fromMs: number;
  readonly passed: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Exact; the percentiles are at most 0.5 % off. */
  readonly maxMs: number;
}

interface OpenBucket {
  passed: number;
  failed: number;
  maxMs: number;
  readonly times: DecimalHistogram;
}

/** Samples by time of their intended start, in at most 600 buckets: when they do not suffice, two become one. */
export interface BucketSeries {
  bucketMs: number;
  /** Where the first bucket begins; null before the first sample. */
  originMs: number | null;
  readonly buckets: (OpenBucket | undefined)[];
}

const mostBuckets = 600;
/** Finer than this nobody can see. */
const finestMs = 100;

/**
 * An empty series. Buckets are whole multiples of the time between ticks, so that each holds as many as the next.
 *
 * @param everyMs - time between two ticks of the probe
 */
export function newBucketSeries(everyMs: number): BucketSeries {
  const tick = Math.max(1, everyMs);
  return { bucketMs: tick * Math.ceil(finestMs / tick), originMs: null, buckets: [] };
}

/** Counts a sample; one that was meant to start before the first one counts in the first bucket. */
export function addToSeries(series: BucketSeries, { intendedAt, latencyMs, outcome }: Sample): void {
  series.originMs ??= intendedAt;
  // A tick half a millisecond early is still that of its bucket.
  const offsetMs = Math.max(0, intendedAt - series.originMs + 0.5);
  while (offsetMs >= mostBuckets * series.bucketMs) halve(series);
  const index = Math.floor(offsetMs / series.bucketMs);
  const bucket = (series.buckets[index] ??= { passed: 0, failed: 0, maxMs: 0, times: newHistogram() });
  if (outcome === 'passed') bucket.passed += 1;
  else bucket.failed += 1;
  bucket.maxMs = Math.max(bucket.maxMs, latencyMs);
  recordMs(bucket.times, threeDigits(latencyMs));
}

/** Those that hold a sample, in order of time. */
export function bucketsOf({ buckets, originMs, bucketMs }: BucketSeries): readonly TimelineBucket[] {
  return buckets.flatMap((bucket, i) => {
    const times = bucket === undefined ? null : responseTimesOf(bucket.times);
    if (bucket === undefined || times === null) return [];
    const { passed, failed, maxMs } = bucket;
    return {
      fromMs: (originMs ?? 0) + i * bucketMs,
      passed,
      failed,
      p50Ms: Math.min(times.p50Ms, maxMs),
      p95Ms: Math.min(times.p95Ms, maxMs),
      maxMs,
    };
  });
}

function halve(series: BucketSeries): void {
  const old = series.buckets.splice(0);
  for (const [i, bucket] of old.entries()) {
    if (bucket === undefined) continue;
    const at = Math.floor(i / 2);
    const into = series.buckets[at];
    if (into === undefined) {
      series.buckets[at] = bucket;
      continue;
    }
    into.passed += bucket.passed;
    into.failed += bucket.failed;
    into.maxMs = Math.max(into.maxMs, bucket.maxMs);
    mergeHistogram(into.times, bucket.times);
  }
  series.bucketMs *= 2;
}

/** Keeps a bucket's histogram small: at most 900 entries a decade. */
function threeDigits(ms: number): number {
  if (ms <= 0) return 0;
  const step = 10 ** (Math.floor(Math.log10(ms)) - 2);
  return Math.round(ms / step) * step;
}
