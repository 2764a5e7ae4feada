import type { LoopUse } from '../../interpose/loop-use.js';
import type { Evidence } from '../../model/evidence.js';

/** The loop must be at least this much of what was asked busy; the target's own work only adds to it. */
const enough = 0.8;
/** A shorter look may fall into one stretch. */
export const lookAtLoopMs = 400;

/** A loop that is kept busy has no idle time for anything else. */
export function loopEvidence(percent: number, before: LoopUse, during: LoopUse, whose: string): Evidence {
  const busyPercent = percentOf(during);
  return {
    active: busyPercent === null ? 'unknown' : busyPercent >= percent * enough ? 'yes' : 'no',
    measured: {
      quantity: 'time that the event loop was busy',
      unit: '%',
      baseline: percentOf(before),
      during: busyPercent,
      expected: `${Math.round(percent)} % and what the target does itself`,
    },
    exposure: { kind: 'shares-resource', how: `all that ${whose} does waits for its event loop` },
  };
}

function percentOf({ busyMs, idleMs }: LoopUse): number | null {
  return busyMs + idleMs === 0 ? null : (100 * busyMs) / (busyMs + idleMs);
}
