import { lstat, readdir, rmdir, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';
import type { ProxyReceipt } from '../model/receipt.js';
import { endProcesses } from './end-process.js';
import { isAlive } from './process-identity.js';
import { environmentOf } from './process-table.js';
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
  await endProcesses(find, { graceMs, signal });
  await removeOwnDirectory(receipt.directory);
}

/** Removes a flat directory of sockets and files that only we can have made: named by us, ours, 0700. */
async function removeOwnDirectory(directory: string): Promise<void> {
  try {
    const stats = await lstat(directory);
    const isOurs =
      stats.isDirectory() &&
      stats.uid === process.geteuid?.() &&
      (stats.mode & 0o777) === 0o700 &&
      basename(directory).startsWith('chaosx-');
    if (!isOurs) throw notOurs(directory);
    const entries = await readdir(directory, { withFileTypes: true });
    if (entries.some((entry) => !entry.isSocket() && !entry.isFile())) throw notOurs(directory);
    for (const { name } of entries) await unlink(join(directory, name));
    await rmdir(directory);
  } catch (error) {
    // The proxy itself may remove it meanwhile, as it does when it ends in peace.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await rmdir(directory).catch(() => {});
  }
}

function notOurs(directory: string): ChaosError {
  return new ChaosError('UNDO_FAILED', `expected a directory of our proxy at ${directory}, it is not ours`, {
    hint: 'look at what it is; chaosx leaves it alone',
  });
}
