import type { ProcessIdentity } from '../model/receipt.js';
import { endProcesses } from './end-process.js';
import { environmentOf, listProcesses } from './process-table.js';
import { helperMark } from './run-mark.js';

/** Nothing is lost with them. */
const graceMs = 100;

/** The helper of an injection that runs now, with what it has started. */
export function helperProcesses(injectionId: string): readonly ProcessIdentity[] {
  const mark = `${helperMark}=${injectionId}`;
  return listProcesses()
    .filter(({ pid }) => pid !== process.pid && environmentOf(pid).includes(mark))
    .map(({ pid, startTime }) => ({ pid, startTime }));
}

/**
 * Ends the helper of an injection with what it has started, found by their mark; does nothing when they are gone.
 *
 * @throws ChaosError UNDO_FAILED when one does not end
 */
export function endHelper(injectionId: string, signal: AbortSignal): Promise<void> {
  return endProcesses(() => helperProcesses(injectionId), { graceMs, signal });
}
