import { systemClock } from '../model/system-clock.js';
import { environmentOf, listProcesses } from './process-table.js';
import { toolMark } from './run-mark.js';

const pollMs = 10;

/**
 * Waits until no tool of the system works for a run any more. A run that is killed leaves the one that it was waiting
 * for: what this one is about to make would not be there yet to be undone. Two looks in a row, because a process
 * between fork and exec does not carry its mark yet.
 */
export async function awaitTools(runId: string, signal: AbortSignal): Promise<void> {
  const mark = `${toolMark}=${runId}`;
  for (let emptyLooks = 0; emptyLooks < 2; ) {
    const isBusy = listProcesses().some(({ pid }) => environmentOf(pid).includes(mark));
    emptyLooks = isBusy ? 0 : emptyLooks + 1;
    if (emptyLooks < 2) await systemClock.sleep(pollMs, signal);
  }
}
