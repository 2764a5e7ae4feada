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

/** A thread that was not interrupted reads all clocks in less. */
const quickMs = 0.5;
const mostTries = 10;

/** Reads as a program's own code does, by the names of the platform; such reads are not counted. */
export function lookAtClocks(): ClockLook {
  const counted = { ...threadClocks.reads };
  let look = read();
  // Whoever is interrupted between two reads sees clocks apart that are not.
  for (let tries = 1; look.tookMs > quickMs && tries < mostTries; tries += 1) look = read();
  Object.assign(threadClocks.reads, counted);
  const { tookMs: _, ...seen } = look;
  return seen;
}

function read(): ClockLook & { readonly tookMs: number } {
  const realNowMs = realTime.nowMs();
  const seenNowMs = performance.now();
  const realWallMs = realTime.wallMs();
  const seenWallMs = Date.now();
  return {
    wallAheadMs: seenWallMs - realWallMs,
    monotonicAheadMs: seenNowMs - realNowMs,
    realWallMs,
    realNowMs,
    tookMs: realTime.nowMs() - realNowMs,
  };
}

/** How often the program in this thread has read each clock, and set timers, while they were changed. */
export function clockReads(): Readonly<Record<ClockName, number>> {
  return { ...threadClocks.reads };
}
