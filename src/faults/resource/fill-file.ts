import { randomFillSync } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ChaosError } from '../../model/chaos-error.js';
import type { DiskFileReceipt } from '../../model/receipt.js';
import { holdFolder } from '../../undo/disk-file.js';
import { runTool } from '../../undo/run-tool.js';

/** Small enough that stopping is quick, and that fallocate takes no more than a moment where it fills memory. */
const sliceBytes = 256 * 1_048_576;
const chunkBytes = 1_048_576;
/** Below this, a disk that refuses is as full as it gets. */
const leastBytes = 65_536;
/** `st_blocks` counts these, on every file system. */
const statBlockBytes = 512;

/** Makes the file of a receipt, empty, where there is none and no link; gives its inode. */
export async function makeFillFile({ directory, name }: DiskFileReceipt): Promise<string> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  await using folder = await holdFolder(directory);
  const file = await open(folder.inside(name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    // Whatever the umask is: the mode is how an undo tells the file.
    await file.chmod(0o600);
    return String((await file.stat({ bigint: true })).ino);
  } finally {
    await file.close();
  }
}

/**
 * Grows the file of a receipt by so many bytes that are really taken from the disk: by fallocate, or where the file system
 * knows none, by random bytes. It is opened anew each time, so that nothing keeps what was removed meanwhile.
 *
 * @returns what the file takes of the disk now, which is less than asked when the disk is full
 * @throws ChaosError INJECTION_FAILED when it is not there any more; the signal's reason
 */
export async function growFillFile(
  receipt: DiskFileReceipt,
  bytes: number,
  signal: AbortSignal,
): Promise<number> {
  const { directory, name, inode, runId } = receipt;
  await using folder = await holdFolder(directory);
  const { O_WRONLY, O_NOFOLLOW } = constants;
  const file = await open(folder.inside(name), O_WRONLY | O_NOFOLLOW).catch(() => null);
  try {
    if (file === null || String((await file.stat({ bigint: true })).ino) !== inode) {
      throw new ChaosError('INJECTION_FAILED', `the file that fills ${directory} was removed`, {
        hint: `nobody but chaosx may touch ${name} while the fault is active`,
      });
    }
    let at = (await file.stat()).size;
    const end = at + bytes;
    for (let slice = sliceBytes; at < end && slice >= Math.min(leastBytes, bytes); ) {
      signal.throwIfAborted();
      const length = Math.min(slice, end - at);
      const isTaken =
        (await allocate(file, at, length, runId, signal)) ?? (await write(file, at, length, signal));
      if (!isTaken) slice = Math.floor(length / 2);
      at = isTaken ? at + length : (await file.stat()).size;
    }
    return await takenBytes(file);
  } finally {
    await file?.close();
  }
}

async function takenBytes(file: FileHandle): Promise<number> {
  return (await file.stat()).blocks * statBlockBytes;
}

/** null where it cannot be done this way: no such tool, a file system without it, or one that only says it did. */
async function allocate(
  file: FileHandle,
  at: number,
  length: number,
  runId: string,
  signal: AbortSignal,
): Promise<boolean | null> {
  const before = await takenBytes(file);
  const path = `/proc/${process.pid}/fd/${file.fd}`;
  const args = ['--offset', String(at), '--length', String(length), path];
  const { code, stderr } = await runTool('fallocate', args, { runId, signal });
  if (code !== 0) return /No space left|Disk quota exceeded/.test(stderr) ? false : null;
  return (await takenBytes(file)) - before >= length / 2 ? true : null;
}

/** Random: what compresses or shares blocks has nothing to save. */
async function write(file: FileHandle, at: number, length: number, signal: AbortSignal): Promise<boolean> {
  const chunk = Buffer.alloc(Math.min(chunkBytes, length));
  try {
    for (let done = 0; done < length; ) {
      signal.throwIfAborted();
      randomFillSync(chunk);
      const { bytesWritten } = await file.write(chunk, 0, Math.min(chunk.length, length - done), at + done);
      done += bytesWritten;
    }
    await file.datasync();
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') return false;
    throw error;
  }
}
