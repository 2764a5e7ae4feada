import type { Stats } from 'node:fs';
import { lstat, rmdir, unlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';
import { clockFileIn, sharedClockFiles } from './faked-clock.js';

/**
 * Removes the directory of a preloaded clock, and what its library shares. Idempotent.
 *
 * @throws ChaosError UNDO_FAILED when something that is not ours is in its place
 */
export async function removeClockDirectory(directory: string): Promise<void> {
  const { semaphore, memory } = sharedClockFiles(directory);
  for (const file of [semaphore, memory]) await removeOwn(file, (stats) => stats.isFile(), unlink);
  const isNamed = basename(directory).startsWith('chaosx-');
  await removeOwn(
    directory,
    (stats) => isNamed && stats.isDirectory() && (stats.mode & 0o777) === 0o711,
    async () => {
      const file = clockFileIn(directory);
      for (const path of [`${file}.next`, file]) await unlink(path).catch(unlessMissing);
      await rmdir(directory);
    },
  );
}

async function removeOwn(
  path: string,
  isAsMade: (stats: Stats) => boolean,
  remove: (path: string) => Promise<void>,
): Promise<void> {
  try {
    const stats = await lstat(path);
    if (stats.uid === process.geteuid?.() && isAsMade(stats)) return await remove(path);
  } catch (error) {
    unlessMissing(error);
    return;
  }
  throw new ChaosError('UNDO_FAILED', `expected what a preloaded clock needs at ${path}, it is not ours`, {
    hint: 'look at what it is; chaosx leaves it alone',
  });
}

function unlessMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
