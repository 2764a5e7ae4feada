import { createReadStream } from 'node:fs';
import { storageError } from './storage-error.js';

/**
 * Lines of a file with whether their line break was there, in flat memory; the last one may be cut off.
 *
 * @throws ChaosError STORAGE_FAILED when it cannot be read
 */
export async function* readLines(
  path: string,
): AsyncGenerator<{ readonly text: string; readonly whole: boolean }, void, undefined> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(path, 'utf8')) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) yield { text, whole: true };
    }
  } catch (error) {
    throw storageError('read', path, error);
  }
  if (rest !== '') yield { text: rest, whole: false };
}
