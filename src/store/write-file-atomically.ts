import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { storageError } from './storage-error.js';

let written = 0;

/**
 * Writes a file so that a reader finds the old text or the new, never a part, even after a power cut.
 *
 * @throws ChaosError STORAGE_FAILED with the path; the old file is then still there
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  written += 1;
  const temporary = `${path}.${process.pid}-${written}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw storageError('write', path, error);
  }
  await syncFolder(dirname(path));
}

/** The rename itself must be on disk too. Not every file system can sync a folder; then it comes with time. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch {
    // The file is written and in place: that this could not be forced to disk is no failure.
  }
}
