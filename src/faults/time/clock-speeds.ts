import type { ClockSight } from '../../model/clock-change.js';

/** How the clocks of a target went between two looks: a mean over its threads, in real time. */
export interface ClockSpeeds {
  readonly elapsedMs: number;
  /** What the clock gained on the real one meanwhile. */
  readonly wallGainedMs: number;
  readonly monotonicGainedMs: number;
  /** Against real time. */
  readonly wall: number;
  readonly monotonic: number;
  /** Null until a timer came. */
  readonly timers: number | null;
}

/** @returns null when threads came or went meanwhile, or no time has passed */
export function clockSpeeds(from: ClockSight, to: ClockSight): ClockSpeeds | null {
  const threads = to.inPlace;
  if (threads === 0 || from.inPlace !== threads) return null;
  const elapsedMs = (to.realNowMs - from.realNowMs) / threads;
  if (elapsedMs <= 0) return null;
  const wallGainedMs = (to.wallAheadMs - from.wallAheadMs) / threads;
  const monotonicGainedMs = (to.monotonicAheadMs - from.monotonicAheadMs) / threads;
  return {
    elapsedMs,
    wallGainedMs,
    monotonicGainedMs,
    wall: 1 + wallGainedMs / elapsedMs,
    monotonic: 1 + monotonicGainedMs / elapsedMs,
    timers: to.timersSeen === 0 ? null : to.timerSpeed / to.timersSeen,
  };
}
