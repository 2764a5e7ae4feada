import { constants } from 'node:fs';
import { type FileHandle, lstat, open, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';
import type { DiskFileReceipt } from '../model/receipt.js';
import { diskFileName, type HeldFolder, holdFolder } from './disk-file.js';

/**
 * Removes the file by which an injection took the space of a disk, and gives its space back even where somebody else
 * holds it open; does nothing when it is gone. Needs no space. Nothing else is ever removed: its name follows from the
 * receipt's id, it must be a file of this user with the inode of the receipt, and links are not followed. A receipt
 * without an inode is of a run that died between making the file and saying so: then the name, the owner and the mode decide.
 *
 * @throws ChaosError UNDO_FAILED when it cannot be removed, is not ours, or its file system is not mounted any more
 */
export async function undoDiskFile(receipt: DiskFileReceipt, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { id, name, directory } = receipt;
  if (name !== diskFileName(id)) {
    throw notOurs(`expected the file ${diskFileName(id)} in receipt ${id}, got ${name}`);
  }
  try {
    await remove(receipt);
  } catch (error) {
    if (error instanceof ChaosError) throw error;
    throw new ChaosError('UNDO_FAILED', `expected to remove ${join(directory, name)}: ${String(error)}`, {
      hint: 'mend that and run `chaosx recover`, or remove the file by hand',
      cause: error,
    });
  }
}

async function remove(receipt: DiskFileReceipt): Promise<void> {
  const { directory, name, device } = receipt;
  await using folder = await nearestFolder(directory);
  const file = folder.isAsked ? await openOwn(receipt, folder) : null;
  if (file === null) {
    if (device === undefined || folder.device === device) return;
    throw new ChaosError(
      'UNDO_FAILED',
      `expected the file system with ${join(directory, name)}, there is another one: the file is still on the first`,
      { hint: 'mount it there again and run `chaosx recover`, or remove the file by hand where it is now' },
    );
  }
  try {
    const path = folder.inside(name);
    // A full disk that copies on write may have no room for the removal, before it is given some.
    await unlink(path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return;
      if (error.code !== 'ENOSPC') throw error;
      await file.truncate(0);
      await unlink(path);
    });
    await file.truncate(0);
  } finally {
    await file.close();
  }
}

/** The folder, or where it is gone the nearest one above it: that tells whether its file system is there. */
async function nearestFolder(path: string): Promise<HeldFolder & { readonly isAsked: boolean }> {
  for (let at = path; ; at = dirname(at)) {
    try {
      return { ...(await holdFolder(at)), isAsked: at === path };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
      // Moved away, with something else in its place: nobody knows whether our file is still there.
      if (await isThere(at)) throw notOurs(`expected the folder ${at}, got something else`);
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** null when there is no such file. */
async function openOwn(
  { directory, name, inode }: DiskFileReceipt,
  folder: HeldFolder,
): Promise<FileHandle | null> {
  const { O_WRONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const where = join(directory, name);
  let file: FileHandle;
  try {
    file = await open(folder.inside(name), O_WRONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    // A link, a folder, a pipe that nobody reads, a socket.
    if (code === 'ELOOP' || code === 'EISDIR' || code === 'ENXIO') {
      throw notOurs(`expected a file of ours at ${where}, got something else`);
    }
    throw error;
  }
  const stats = await file.stat({ bigint: true });
  const isOurs =
    stats.isFile() &&
    Number(stats.uid) === process.geteuid?.() &&
    (Number(stats.mode) & 0o777) === 0o600 &&
    stats.nlink === 1n;
  if (isOurs && (inode === undefined || String(stats.ino) === inode)) return file;
  await file.close();
  throw notOurs(
    isOurs
      ? `expected inode ${inode} at ${where}, got ${stats.ino}: it is another file`
      : `expected a file of ours at ${where}, got one that chaosx has not made`,
  );
}

function notOurs(message: string): ChaosError {
  return new ChaosError('UNDO_FAILED', message, { hint: 'look at what it is; chaosx leaves it alone' });
}
