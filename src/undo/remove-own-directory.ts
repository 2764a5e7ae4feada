import { lstat, readdir, rmdir, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';

/**
 * Removes a flat directory of sockets and files that only we can have made: named by us, ours, 0700. Idempotent.
 *
 * @throws ChaosError UNDO_FAILED when something that is not ours is in its place
 */
export async function removeOwnDirectory(directory: string): Promise<void> {
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
