import type { Evidence } from '../../model/evidence.js';
import { whoWaitsForWhom } from './who-waits-for-whom.js';

/** Longer than a loop of a busy machine stands still by itself, shorter than the first stretch of the fault. */
export const blockedMs = 150;

/** @param duringMs - the longest time that the loop did not turn, seen by something else than what blocks it */
export function blockedLoopEvidence(baselineMs: number | null, duringMs: number, whose: string): Evidence {
  const isBlocked = duringMs >= blockedMs && duringMs > (baselineMs ?? 0);
  const wait = {
    waiter: `all that ${whose} does`,
    resource: 'the event loop',
    heldBy: 'the fault',
    forMs: duringMs,
  };
  return {
    active: isBlocked ? 'yes' : 'no',
    measured: {
      quantity: 'longest time that the event loop stood still',
      unit: 'ms',
      baseline: baselineMs,
      during: duringMs,
      expected: 'the time that the fault is active',
    },
    exposure: { kind: 'shares-resource', how: `all that ${whose} does waits for its event loop` },
    ...(isBlocked && { details: whoWaitsForWhom([wait]) }),
  };
}
