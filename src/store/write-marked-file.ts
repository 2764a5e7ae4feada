import { mkdir, readFile, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';
import { storageError } from './storage-error.js';
import { writeFileAtomically } from './write-file-atomically.js';

/**
 * Writes a file that is ours by its first line; one that is not is left alone.
 *
 * @throws ChaosError INVALID_INPUT when there is a file without the marker; STORAGE_FAILED
 */
export async function writeMarkedFile(
  path: string,
  text: string,
  marker: string,
): Promise<'created' | 'updated' | 'unchanged'> {
  const existing = await textOf(path);
  if (existing === text) return 'unchanged';
  if (existing !== null && !existing.startsWith(marker)) {
    throw new ChaosError('INVALID_INPUT', `${path} is there already, and chaosx did not write it`, {
      hint: 'it was left as it is; move it away, or write to another place with --out',
    });
  }
  if (existing !== null) {
    // A link stays a link.
    await writeFileAtomically(await realpath(path), text);
    return 'updated';
  }
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (error) {
    throw storageError('create', dirname(path), error);
  }
  await writeFileAtomically(path, text);
  return 'created';
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw storageError('read', path, error);
  }
}
