import { type DecimalHistogram, mergeHistogram, newHistogram } from './decimal-histogram.js';
import type { MetricsState } from './metrics.js';

/** A point of a cumulative distribution: this share (0–1) of the answers came within `ms`. */
export interface DistributionPoint {
  readonly ms: number;
  readonly share: number;
}

/** How long the answers of one probe took; empty where there was no sample. */
export interface ProbeDistributions {
  readonly probe: string;
  readonly before: readonly DistributionPoint[];
  /** While any fault was active. */
  readonly during: readonly DistributionPoint[];
  /** From a revert to the end of its recovery. */
  readonly after: readonly DistributionPoint[];
}

/** By probe, over all scenarios: where scenarios overlap, a sample counts for each. */
export function distributionsOf({ before, tallies }: MetricsState): readonly ProbeDistributions[] {
  return [...before].map(([probe, baseline]) => {
    const during = newHistogram();
    const after = newHistogram();
    for (const byProbe of tallies) {
      const tally = byProbe.get(probe);
      if (tally === undefined) continue;
      mergeHistogram(during, tally.during);
      mergeHistogram(after, tally.after);
    }
    return {
      probe,
      before: cumulative(baseline),
      during: cumulative(during),
      after: cumulative(after),
    };
  });
}

/** Steps finer than this are not seen in a figure. */
const finestStep = 1 / 80;

/** The cumulative distribution in at most 82 points, smallest and largest included. */
function cumulative({ count, maxUs, counts }: DecimalHistogram): readonly DistributionPoint[] {
  const points: DistributionPoint[] = [];
  let seen = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  for (const key of [...counts.keys()].sort((a, b) => a - b)) {
    seen += counts.get(key) ?? 0;
    const share = seen / count;
    if (share - toldAt < finestStep && seen < count) continue;
    points.push({ ms: Math.min(key, maxUs) / 1_000, share });
    toldAt = share;
  }
  return points;
}
