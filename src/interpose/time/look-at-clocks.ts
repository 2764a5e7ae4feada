import { performance } from 'node:perf_hooks';
import type { ClockName } from '../../model/clock-change.js';
import { realTime } from './real-time.js';
import { threadClocks } from './thread-clocks.js';

/** What a program in this thread would read, beside what the clocks read that were kept from before. */
export interface ClockLook {
  /** The wall clock less the real one. */
  readonly wallAheadMs: number;
  /** The monotonic clock less the real one. */
  readonly monotonicAheadMs: number;
  /** On the real wall clock. */
  readonly realWallMs: number;
  /** On the real monotonic clock. */
  readonly realNowMs: number;
}

/** Reads as a program's own code does, by the names of the platform; such reads are not counted. */
export function lookAtClocks(): ClockLook {
  const counted = { ...threadClocks.reads };
  const realWallMs = realTime.wallMs();
  const seenWallMs = Date.now();
  const realNowMs = realTime.nowMs();
  const seenNowMs = performance.now();
  Object.assign(threadClocks.reads, counted);
  return {
    wallAheadMs: seenWallMs - realWallMs,
    monotonicAheadMs: seenNowMs - realNowMs,
    realWallMs,
    realNowMs,
  };
}

/** How often the program in this thread has read each clock, and set timers, while they were changed. */
export function clockReads(): Readonly<Record<ClockName, number>> {
  return { ...threadClocks.reads };
}
