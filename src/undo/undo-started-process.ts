import type { StartedProcessReceipt } from '../model/receipt.js';
import { endProcesses } from './end-process.js';
import { trackRunProcesses } from './run-processes.js';

/** Short, because all is to be undone within 2 s of the run's death. */
const graceMs = 400;

/**
 * Ends a started target with everything that it started: what carries the run's mark (setsid children included), its
 * process group and its descendants. The pid counts only while its start time matches.
 *
 * @throws ChaosError UNDO_FAILED when something of it does not end
 */
export function undoStartedProcess(receipt: StartedProcessReceipt, signal: AbortSignal): Promise<void> {
  return endProcesses(trackRunProcesses(receipt.runId, receipt.process), { graceMs, signal });
}
