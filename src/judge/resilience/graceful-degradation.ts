import type { MetricDetail } from '../../model/metric-detail.js';
import type { ResilienceTriangle } from '../../model/round-summary.js';
import { besidePercent, shareOverRuns } from './share-over-runs.js';

/** What callers got of one run while its fault was active. */
export interface RunDegradation {
  /** Answered ÷ offered, 0–1. */
  readonly yield: number;
  /** Mean share of the full answer in the answers, 0–1; null when there was none. */
  readonly harvest: number | null;
  readonly triangle: ResilienceTriangle | null;
}

/**
 * Yield × harvest over runs: an unhandled error counts nothing, a declared fallback its declared share.
 *
 * Source: Fox and Brewer 1999, "Harvest, yield, and scalable tolerant systems", HotOS VII.
 *
 * @param targetPercent - the least that is good
 */
export function gracefulDegradation(runs: readonly RunDegradation[], targetPercent: number): MetricDetail {
  const triangles = runs.flatMap(({ triangle }) => triangle ?? []);
  return shareOverRuns({
    name: 'gracefulDegradation',
    shares: runs.map((run) => run.yield * (run.harvest ?? 0)),
    targetPercent,
    withinRun: null,
    beside: [
      ...besidePercent(
        'yield',
        runs.map((run) => run.yield),
      ),
      ...besidePercent(
        'harvest',
        runs.flatMap(({ harvest }) => harvest ?? []),
      ),
      ...besidePercent(
        'resilience loss',
        triangles.map(({ loss }) => loss),
      ),
      ...besidePercent(
        'robustness',
        triangles.map(({ robustness }) => robustness),
      ),
    ],
  });
}
