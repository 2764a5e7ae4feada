import type { Clock } from '../../model/clock.js';
import { isChaosError } from '../../model/chaos-error.js';
import type { ProcessIdentity } from '../../model/receipt.js';
import type { StateOptions } from '../../undo/state-directory.js';
import { ownNetns } from '../../undo/network-namespace.js';
import { lockTarget } from '../../undo/target-lock.js';

interface LockAttachOptions extends StateOptions {
  readonly runId: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Attaching takes part of a second; whoever waits longer than this waits for one that is busy. */
const waitLimitMs = 30_000;
const pollMs = 20;

/**
 * Waits until no other run of this user attaches in this network namespace: an inspector listens at one place there.
 *
 * @throws ChaosError TARGET_LOCKED when another one holds it for too long
 */
export async function lockAttach(
  { pid }: ProcessIdentity,
  { runId, stateDirectory, clock, signal }: LockAttachOptions,
): Promise<AsyncDisposable> {
  // One run may attach to several processes at once.
  const lock = { key: `attaching in ${ownNetns()}`, runId: `${runId} ${pid}`, stateDirectory };
  const endsAtMs = clock.nowMs() + waitLimitMs;
  for (;;) {
    try {
      return await lockTarget(lock);
    } catch (error) {
      const isHeld = isChaosError(error) && error.code === 'TARGET_LOCKED';
      if (!isHeld || clock.nowMs() >= endsAtMs) throw error;
    }
    await clock.sleep(pollMs, signal);
  }
}
