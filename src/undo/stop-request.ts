import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type StateOptions, stateFolder } from './state-directory.js';

// As they are before any fault on this process.
const { setInterval, clearInterval } = globalThis;

/** Runs look this often. */
const lookEveryMs = 100;

/** A file of the user's state directory: while it is there, runs stop, and none starts. */
export class StopRequest {
  readonly path: string;

  /** @throws ChaosError UNSAFE or STORAGE_FAILED when the state directory may not be trusted or made */
  static async in(options: StateOptions = {}): Promise<StopRequest> {
    return new StopRequest(join(await stateFolder('stop', options), 'requested'));
  }

  private constructor(path: string) {
    this.path = path;
  }

  isThere(): boolean {
    return existsSync(this.path);
  }

  async make(): Promise<void> {
    await writeFile(this.path, '', { mode: 0o600 });
  }

  /** Idempotent. */
  async withdraw(): Promise<void> {
    await rm(this.path, { force: true });
  }

  /** Calls back once when it is there; keeps no process alive. */
  watch(onRequested: () => void): Disposable {
    const timer = setInterval(() => {
      if (!this.isThere()) return;
      clearInterval(timer);
      onRequested();
    }, lookEveryMs).unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }
}
