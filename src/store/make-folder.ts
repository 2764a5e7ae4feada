import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { storageError } from './storage-error.js';

/**
 * Creates a folder and those above it.
 *
 * @param path - absolute
 * @throws ChaosError STORAGE_FAILED with what the system says of the first folder that could not be created
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw storageError('create', path, await reasonFor(path, error));
  }
}

/** Node says ENOENT where the system refuses to create a parent, as on a file system that is read-only. */
async function reasonFor(path: string, error: unknown): Promise<unknown> {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error;
  let missing = path;
  while (dirname(missing) !== missing && !(await exists(dirname(missing)))) missing = dirname(missing);
  return mkdir(missing).then(
    () => error,
    (reason: unknown) => reason,
  );
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
