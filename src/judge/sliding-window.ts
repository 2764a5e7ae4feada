import type { Sample } from '../model/events.js';

/** The samples that arrived in the last `spanMs`, the newest `most` of them at most. */
export interface SlidingWindow {
  readonly spanMs: number;
  readonly most: number;
  /** Oldest first; what lies before `from` has left the window. */
  readonly samples: WindowSample[];
  from: number;
}

/** What a window keeps of a sample. */
export interface WindowSample {
  readonly t: number;
  readonly latencyMs: number;
  readonly failed: boolean;
}

/** Over which abort conditions and the live numbers look back, in ms. */
export const windowSpanMs = 10_000;

/** An empty window: 10 s, and at most 4,096 samples, which is one every 2.4 ms. */
export function newSlidingWindow(spanMs = windowSpanMs, most = 4_096): SlidingWindow {
  return { spanMs, most, samples: [], from: 0 };
}

/** Takes a sample in the order of arrival; calls back for each that leaves the window by it. */
export function slide(
  window: SlidingWindow,
  { t, latencyMs, outcome }: Sample,
  onLeft: (sample: WindowSample) => void = () => {},
): WindowSample {
  const sample = { t, latencyMs, failed: outcome !== 'passed' };
  window.samples.push(sample);
  for (;;) {
    const oldest = window.samples[window.from];
    if (oldest === undefined) break;
    const full = window.samples.length - window.from > window.most;
    if (!full && oldest.t > t - window.spanMs) break;
    window.from += 1;
    onLeft(oldest);
  }
  // Dropped in bulk, so that a sample costs the same however many are kept.
  if (window.from > window.most) {
    window.samples.splice(0, window.from);
    window.from = 0;
  }
  return sample;
}

/** The nearest-rank percentile of the response times in the window, exact; null when it is empty. */
export function percentileOf({ samples, from }: SlidingWindow, share: number): number | null {
  const latencies = samples.slice(from).map(({ latencyMs }) => latencyMs);
  latencies.sort((a, b) => a - b);
  return latencies[Math.ceil(share * latencies.length) - 1] ?? null;
}
