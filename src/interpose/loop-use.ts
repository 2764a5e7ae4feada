import { performance } from 'node:perf_hooks';

/** How long an event loop was busy, and how long it waited for something to do, in ms, as libuv counts it. */
export interface LoopUse {
  readonly busyMs: number;
  readonly idleMs: number;
}

/** Of this thread, since it began. */
export function loopUse(): LoopUse {
  const { active, idle } = performance.eventLoopUtilization();
  return { busyMs: active, idleMs: idle };
}

export function loopUseSince(from: LoopUse): LoopUse {
  const now = loopUse();
  return { busyMs: now.busyMs - from.busyMs, idleMs: now.idleMs - from.idleMs };
}
