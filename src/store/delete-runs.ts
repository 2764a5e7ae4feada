import type { Dirent } from 'node:fs';
import { lstat, readdir, readlink, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pointLatestTo } from './point-latest-to.js';
import { readSavedRun } from './read-saved-run.js';
import type { SavedRun } from './saved-run.js';
import { storageError } from './storage-error.js';

/** A run on its way out is not seen by readers: hidden, and by this name found again when its deletion was cut off. */
const leaving = '.chaosx-deleting-';

/**
 * Deletes the folders of runs, mends the `latest` links beside them, and removes experiments' folders that are empty
 * then. A folder that is a link now, or no longer holds the run that was listed, is left alone.
 *
 * @returns the runs that were deleted
 * @throws ChaosError STORAGE_FAILED with the path that could not be deleted
 */
export async function deleteRuns(runs: readonly SavedRun[]): Promise<readonly SavedRun[]> {
  const deleted: SavedRun[] = [];
  for (const run of runs) {
    try {
      const isFolder = (await lstat(run.path)).isDirectory();
      if (!isFolder || readSavedRun(run.path).run?.id !== run.id) continue;
      const hidden = join(dirname(run.path), `${leaving}${basename(run.path)}`);
      await rename(run.path, hidden);
      await rm(hidden, { recursive: true, force: true });
      deleted.push(run);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      throw storageError('delete', run.path, error);
    }
  }
  for (const folder of new Set(deleted.map(({ path }) => dirname(path)))) await tidy(folder);
  return deleted;
}

/** Best effort: what cannot be tidied breaks nothing. */
async function tidy(folder: string): Promise<void> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const { name } of entries.filter((entry) => entry.name.startsWith(leaving))) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
    await mendLatest(folder, entries);
    // Fails for a folder that is not empty, as it should.
    await rmdir(folder);
  } catch {
    // As above.
  }
}

async function mendLatest(folder: string, entries: readonly Dirent[]): Promise<void> {
  if (!entries.some(({ name }) => name === 'latest')) return;
  const link = join(folder, 'latest');
  const to = await readlink(link);
  if (entries.some(({ name }) => name === to)) return;
  const newest = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .toSorted()
    .findLast((name) => readSavedRun(join(folder, name)).run !== null);
  if (newest === undefined) await unlink(link);
  else await pointLatestTo(join(folder, newest));
}
