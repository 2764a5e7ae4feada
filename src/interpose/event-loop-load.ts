import { systemClock } from '../model/system-clock.js';
import { setTimeout, clearTimeout, setImmediate, clearImmediate } from '../model/real-timers.js';

/** What else the thread has to do waits no longer than this. */
const stretchMs = 100;

/** An event loop that has no time. */
export interface EventLoopLoad {
  /** Idempotent; the loop is free from the next turn on. */
  stop(): void;
}

/**
 * Keeps the event loop of this thread busy for a share of the time, in stretches of at most 100 ms with a turn of the loop
 * in between.
 *
 * @param share - from 0 to 1
 */
export function loadEventLoop(share: number): EventLoopLoad {
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  const spin = () => {
    const untilMs = systemClock.nowMs() + stretchMs * share;
    while (systemClock.nowMs() < untilMs);
    const idleMs = stretchMs * (1 - share);
    // A timer of less than a millisecond waits for a whole one.
    if (idleMs >= 1) timer = setTimeout(spin, idleMs).unref();
    else immediate = setImmediate(spin).unref();
  };
  immediate = setImmediate(spin).unref();
  return {
    stop() {
      clearTimeout(timer);
      clearImmediate(immediate);
    },
  };
}
