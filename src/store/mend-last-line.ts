import { type FileHandle, open } from 'node:fs/promises';
import { storageError } from './storage-error.js';

/**
 * Makes a file end with a whole line of JSON, so that lines can be appended: a last one that a crash tore off is cut
 * away; one that lacks only its line break gets it.
 *
 * @throws ChaosError STORAGE_FAILED when it cannot be read or written
 */
export async function mendLastLine(path: string): Promise<void> {
  try {
    const file = await open(path, 'r+');
    try {
      const { size } = await file.stat();
      const rest = await afterLastBreak(file, size);
      if (rest.length === 0) return;
      if (isJson(rest)) await file.write('\n', size);
      else await file.truncate(size - rest.length);
      await file.datasync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw storageError('mend', path, error);
  }
}

async function afterLastBreak(file: FileHandle, size: number): Promise<Buffer> {
  for (let length = 65_536; ; length *= 2) {
    const asked = Math.min(length, size);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(asked), 0, asked, size - asked);
    const tail = buffer.subarray(0, bytesRead);
    const at = tail.lastIndexOf(0x0a);
    if (at !== -1) return tail.subarray(at + 1);
    if (asked === size) return tail;
  }
}

function isJson(text: Buffer): boolean {
  try {
    JSON.parse(text.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
