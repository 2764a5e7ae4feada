import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** How a file begins and ends. */
export interface FileEnds {
  readonly head: string;
  /** The last characters; of a small file, its end again. */
  readonly tail: string;
  /** True when `head` is the whole file. */
  readonly whole: boolean;
  readonly mtimeMs: number;
}

const headBytes = 4_096;
const tailBytes = 16;
const shared = Buffer.alloc(headBytes);

/**
 * Reads the two ends of a file; null when there is none. Synchronous, for it is done thousands of times: each call to
 * the system costs microseconds, where a turn through the thread pool costs tens of them.
 *
 * @throws what the system says when the file is there and cannot be read
 */
export function readFileEnds(path: string, mostHeadBytes = headBytes): FileEnds | null {
  const buffer = mostHeadBytes === headBytes ? shared : Buffer.alloc(mostHeadBytes);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const { size, mtimeMs } = fstatSync(file);
    const head = buffer.toString('utf8', 0, readSync(file, buffer, 0, mostHeadBytes, 0));
    const whole = size <= mostHeadBytes;
    if (whole) return { head, tail: head.slice(-tailBytes), whole, mtimeMs };
    const length = readSync(file, buffer, 0, tailBytes, size - tailBytes);
    return { head, tail: buffer.toString('utf8', 0, length), whole, mtimeMs };
  } finally {
    closeSync(file);
  }
}
