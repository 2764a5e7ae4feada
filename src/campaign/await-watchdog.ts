import type { Clock } from '../model/clock.js';
import { leftovers } from '../undo/leftovers.js';

/** A watchdog has undone everything 2 s after its run was killed. */
const longestMs = 5_000;
const everyMs = 100;

/**
 * After a process was killed in a round: waits until its watchdog has undone what it left behind, so that the next
 * round does not meet it. Gives up after 5 s: what is left then is for `chaosx recover`.
 */
export async function awaitWatchdog(
  clock: Clock,
  stateDirectory: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  for (let waitedMs = 0; waitedMs < longestMs && !signal.aborted; waitedMs += everyMs) {
    const found = await leftovers({ stateDirectory });
    if (found.every(({ pending }) => pending.length === 0)) return;
    await clock.sleep(everyMs, signal).catch(() => undefined);
  }
}
