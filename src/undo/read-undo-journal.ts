import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { ChaosError, isChaosError } from '../model/chaos-error.js';
import { parseJournal } from './journal-format.js';
import type { JournalState } from './journal-format.js';

const maxBytes = 64 * 1024 * 1024;

/**
 * What an undo journal says now. The run that it speaks of is the one that its file is named after.
 *
 * @throws ChaosError UNSAFE when it is not a regular file of this user with mode 0600
 * @throws ChaosError STORAGE_FAILED when it cannot be read, or is larger than 64 MiB
 */
export async function readUndoJournal(path: string): Promise<JournalState> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((cause: unknown) => {
    throw new ChaosError('STORAGE_FAILED', `expected to read the undo journal ${path}: ${String(cause)}`, {
      cause,
    });
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.uid !== process.geteuid?.() || (stats.mode & 0o077) !== 0) {
      throw new ChaosError(
        'UNSAFE',
        `expected ${path} to be this user's own file with mode 0600, it is not`,
        {
          hint: 'look at who wrote it; chaosx does not act on it',
        },
      );
    }
    if (stats.size > maxBytes) {
      throw new ChaosError(
        'STORAGE_FAILED',
        `expected at most ${maxBytes} bytes in ${path}, got ${stats.size}`,
      );
    }
    return parseJournal(await file.readFile('utf8'), basename(path, '.jsonl'));
  } finally {
    await file.close();
  }
}

/** True for the error of `readUndoJournal` when there is no such file: its run ended well, or another recovery was quicker. */
export function isMissingJournal(error: unknown): boolean {
  return isChaosError(error) && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}
