import { ChaosError } from '../model/chaos-error.js';
import type { ProcessIdentity } from '../model/receipt.js';
import { systemClock } from '../model/system-clock.js';
import { isStopped } from './is-stopped.js';

const pollMs = 5;

/**
 * Lets processes go on that were stopped; resolves once none of them stands still. Those that have ended since, or have their pid
 * from another process, are left alone.
 *
 * @throws ChaosError UNDO_FAILED when one may not be signalled, or still stands still when the signal aborts
 */
export async function resumeProcesses(
  processes: readonly ProcessIdentity[],
  signal: AbortSignal,
): Promise<void> {
  try {
    for (;;) {
      const stopped = processes.filter(isStopped);
      if (stopped.length === 0) return;
      for (const { pid } of stopped) process.kill(pid, 'SIGCONT');
      await systemClock.sleep(pollMs, signal);
    }
  } catch (cause) {
    const left = processes.filter(isStopped).map(({ pid }) => pid);
    if (left.length === 0) return;
    throw new ChaosError('UNDO_FAILED', `expected processes to go on, still stopped: ${left.join(', ')}`, {
      hint: `let them go on by hand (kill -CONT ${left.join(' ')}), then run \`chaosx recover\``,
      cause,
    });
  }
}
