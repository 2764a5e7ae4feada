import type { ClockChange, ClockSight } from '../../model/clock-change.js';
import { type ChangedClocks, changeClocks, changesNow, isStandingBy } from './change-clocks.js';
import { countKeptFromBefore } from './kept-from-before.js';
import { clockReads, lookAtClocks } from './look-at-clocks.js';
import { TimerSpeed } from './timer-speed.js';

/** Clocks that are changed, and looked at as the program sees them. */
export interface WatchedClocks extends ChangedClocks {
  /** Also after the revert. */
  sight(): ClockSight;
}

/** Changes the clocks of this thread. An empty change only looks. */
export function watchClocks(change: ClockChange): WatchedClocks {
  const stoodBy = isStandingBy() ? 1 : 0;
  // They were there first: whatever is kept is ours.
  const keptFromBefore = stoodBy === 1 ? 0 : countKeptFromBefore();
  const before = lookAtClocks();
  const from = clockReads();
  const changed = changeClocks(change);
  const speed = new TimerSpeed(change.timersRate ?? 1);
  const own = Object.keys(change).length === 0 ? 0 : 1;
  let inPlace = 1;
  return {
    sight() {
      const now = clockReads();
      return {
        inPlace,
        shared: changesNow() > own * inPlace ? 1 : 0,
        ...lookAtClocks(),
        wallAheadBeforeMs: before.wallAheadMs,
        timerSpeed: speed.fastest ?? 0,
        timersSeen: speed.fastest === null ? 0 : 1,
        wallReads: now.wall - from.wall,
        monotonicReads: now.monotonic - from.monotonic,
        timersSet: now.timers - from.timers,
        keptFromBefore,
        stoodBy,
      };
    },
    revert() {
      speed.stop();
      changed.revert();
      inPlace = 0;
    },
  };
}
