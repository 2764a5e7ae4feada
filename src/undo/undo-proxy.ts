import type { ProxyReceipt } from '../model/receipt.js';
import { endProcesses } from './end-process.js';
import { isAlive } from './process-identity.js';
import { environmentOf } from './process-table.js';
import { removeOwnDirectory } from './remove-own-directory.js';
import { runMark } from './run-mark.js';
import { trackRunProcesses } from './run-processes.js';

/** Enough to pass on what it holds and to close; all is to be undone within 2 s of the run's death. */
const graceMs = 400;

/**
 * Ends a proxy of ours and removes its directory. Its process counts only while its start time matches and it carries
 * the run's mark; when it was never written down, every process that carries the mark is ended.
 *
 * @throws ChaosError UNDO_FAILED when it does not end, or something that is not ours is in its directory's place
 */
export async function undoProxy(receipt: ProxyReceipt, signal: AbortSignal): Promise<void> {
  const { process: known, runId } = receipt;
  const find =
    known === undefined
      ? trackRunProcesses(runId, undefined)
      : () => (isAlive(known) && environmentOf(known.pid).includes(`${runMark}=${runId}`) ? [known] : []);
  await endProcesses(find, { graceMs, emptyLooks: known === undefined ? 2 : 1, signal });
  await removeOwnDirectory(receipt.directory);
}
