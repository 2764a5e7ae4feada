import { ChaosError } from '../model/chaos-error.js';
import type { ProcessIdentity } from '../model/receipt.js';
import { systemClock } from '../model/system-clock.js';
import { isAlive } from './process-identity.js';

/** How a process is asked to go. */
export interface EndOptions {
  /** Time between SIGTERM and SIGKILL, in ms; 0 kills at once. */
  readonly graceMs: number;
  /** So often in a row nothing must be found. Default 2. */
  readonly emptyLooks?: number;
  readonly signal: AbortSignal;
}

/**
 * Ends one process: SIGTERM, then SIGKILL after the grace. Resolves once it is gone; does nothing when the
 * identity no longer matches.
 *
 * @throws ChaosError UNDO_FAILED when it may not be signalled, or is still there when the signal aborts
 */
export function endProcess(identity: ProcessIdentity, options: EndOptions): Promise<void> {
  return endProcesses(() => (isAlive(identity) ? [identity] : []), { emptyLooks: 1, ...options });
}

const settleMs = 20;
const pollMs = 10;

/**
 * Ends all that `find` finds, looking again until it finds nothing twice in a row: a process caught between
 * fork and exec does not carry its mark yet. What is found by something that forks inherit needs one look.
 *
 * @throws ChaosError UNDO_FAILED when one may not be signalled, or any is still there when the signal aborts
 */
export async function endProcesses(
  find: () => readonly ProcessIdentity[],
  { graceMs, emptyLooks: enough = 2, signal }: EndOptions,
): Promise<void> {
  const killAtMs = systemClock.nowMs() + graceMs;
  const asked = new Set<string>();
  let alive: readonly ProcessIdentity[] = [];
  try {
    for (let emptyLooks = 0; emptyLooks < enough; ) {
      alive = find();
      emptyLooks = alive.length === 0 ? emptyLooks + 1 : 0;
      const mayKill = systemClock.nowMs() >= killAtMs;
      for (const identity of alive) {
        const key = `${identity.pid} ${identity.startTime}`;
        if (mayKill) send(identity, 'SIGKILL');
        else if (!asked.has(key)) send(identity, 'SIGTERM');
        asked.add(key);
      }
      if (alive.length === 0) {
        if (emptyLooks < enough) await systemClock.sleep(settleMs, signal);
        continue;
      }
      const lookAgainAtMs = mayKill ? systemClock.nowMs() + 100 : killAtMs;
      while (systemClock.nowMs() < lookAgainAtMs && alive.some(isAlive)) {
        await systemClock.sleep(pollMs, signal);
      }
    }
  } catch (cause) {
    const left = alive.filter(isAlive).map(({ pid }) => pid);
    throw new ChaosError('UNDO_FAILED', `expected every process to end, still running: ${left.join(', ')}`, {
      hint: 'end them by hand, then run `chaosx recover`',
      cause,
    });
  }
}

function send(identity: ProcessIdentity, name: 'SIGTERM' | 'SIGKILL'): void {
  // Node has no pidfd: between this look and the signal a pid could only be reused by wrapping round all pids.
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
