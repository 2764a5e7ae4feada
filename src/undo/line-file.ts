import type { FileHandle } from 'node:fs/promises';
import { ChaosError } from '../model/chaos-error.js';

const roomBytes = 64 * 1024;

/** Lines written one after the other into room that is on disk already, each synced before its promise resolves. */
export class LineFile {
  readonly #file: FileHandle;
  readonly #path: string;
  #roomEnd = 0;
  #offset = 0;
  #last: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** Takes over an empty file and sets its first room aside. */
  static async start(file: FileHandle, path: string): Promise<LineFile> {
    const lines = new LineFile(file, path);
    await lines.#extend().catch((cause: unknown) => {
      throw storageError(path, cause);
    });
    return lines;
  }

  /**
   * Resolves once the line is on disk.
   *
   * @param spareBytes - room that must be left behind the line, for later lines on a disk that may be full by then
   * @throws ChaosError STORAGE_FAILED when it cannot be written; the file stays usable
   */
  append(value: unknown, spareBytes: number): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(value)}\n`);
    const result = this.#last.then(() => this.#write(bytes, spareBytes));
    this.#last = result.catch(() => {});
    return result;
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
  }

  async #write(bytes: Buffer, spareBytes: number): Promise<void> {
    try {
      while (this.#offset + bytes.length + spareBytes > this.#roomEnd) await this.#extend();
      const at = this.#offset;
      // Moved before the write: what a failed one may have left is never written over, so it stays one odd line.
      this.#offset += bytes.length;
      await this.#writeFully(bytes, at);
      await this.#file.datasync();
    } catch (cause) {
      throw storageError(this.#path, cause);
    }
  }

  async #extend(): Promise<void> {
    await this.#writeFully(Buffer.alloc(roomBytes, '\n'), this.#roomEnd);
    await this.#file.datasync();
    this.#roomEnd += roomBytes;
  }

  async #writeFully(bytes: Buffer, position: number): Promise<void> {
    for (let written = 0; written < bytes.length; ) {
      const result = await this.#file.write(bytes, written, bytes.length - written, position + written);
      written += result.bytesWritten;
    }
  }
}

/** A folder's entry or a line did not reach the disk. */
export function storageError(path: string, cause: unknown): ChaosError {
  return new ChaosError('STORAGE_FAILED', `expected to write the undo journal ${path}: ${String(cause)}`, {
    hint: 'nothing may be injected without it: free space, or set XDG_STATE_HOME to a folder on another disk',
    cause,
  });
}
