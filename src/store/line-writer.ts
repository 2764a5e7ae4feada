import { type FileHandle, open } from 'node:fs/promises';
import type { ChaosError } from '../model/chaos-error.js';
import { storageError } from './storage-error.js';

// Captured when the module loads, before any time fault can replace them.
const { setTimeout, clearTimeout } = globalThis;

/** Lines wait at most this long before they are written. */
const batchMs = 100;

export interface LineWriterOptions {
  /** Told once, when a line could not be written; later lines are dropped. Without it, closing throws the error. */
  readonly onError?: ((error: ChaosError) => void) | undefined;
  /** Most characters that may wait while the disk does not take them. Default 16 Mi. */
  readonly mostBacklog?: number | undefined;
}

/** Appends lines to a file in batches, without waiting and without throwing. The first line creates the file. */
export class LineWriter implements AsyncDisposable {
  readonly #path: string;
  readonly #onError: ((error: ChaosError) => void) | undefined;
  readonly #mostBacklog: number;
  #waiting: string[] = [];
  #backlog = 0;
  #syncWanted = false;
  #timer: NodeJS.Timeout | undefined;
  #draining: Promise<void> | null = null;
  #file: FileHandle | null = null;
  #failure: ChaosError | null = null;

  constructor(path: string, { onError, mostBacklog = 16 * 2 ** 20 }: LineWriterOptions = {}) {
    this.#path = path;
    this.#onError = onError;
    this.#mostBacklog = mostBacklog;
  }

  /** Takes a line without its line break. With `sync`, what was written until now goes to the disk at once. */
  write(line: string, sync = false): void {
    if (this.#failure !== null) return;
    this.#waiting.push(`${line}\n`);
    this.#backlog += line.length + 1;
    if (this.#backlog > this.#mostBacklog) {
      this.#fail('write', new Error(`the disk is too slow: ${this.#backlog} characters wait`));
      return;
    }
    // Set even when a drain is under way: that one may have looked for the last time.
    this.#timer ??= setTimeout(() => this.#start(), batchMs);
    if (sync) {
      this.#syncWanted = true;
      this.#start();
    }
  }

  /** Resolves when all that was written before is in the file, or failed. */
  async flush(): Promise<void> {
    while (this.#isBusy()) {
      this.#start();
      await this.#draining;
    }
  }

  /** Writes what waits and closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
    clearTimeout(this.#timer);
    const file = this.#file;
    this.#file = null;
    try {
      await file?.close();
    } catch (error) {
      this.#fail('close', error);
    }
    if (this.#failure !== null && this.#onError === undefined) throw this.#failure;
  }

  #isBusy(): boolean {
    return this.#waiting.length > 0 || this.#syncWanted || this.#draining !== null;
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = null;
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0 || this.#syncWanted) {
      const [text, sync] = [this.#waiting.join(''), this.#syncWanted];
      this.#waiting = [];
      this.#backlog = 0;
      this.#syncWanted = false;
      try {
        this.#file ??= await open(this.#path, 'a');
        await this.#file.appendFile(text);
        if (sync) await this.#file.datasync();
      } catch (error) {
        this.#fail('write', error);
      }
    }
  }

  #fail(action: string, cause: unknown): void {
    if (this.#failure !== null) return;
    this.#failure = storageError(action, this.#path, cause);
    this.#waiting = [];
    this.#syncWanted = false;
    this.#onError?.(this.#failure);
  }
}
