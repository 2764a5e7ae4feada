import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from '../model/receipt.js';
import { isAlive, ownIdentity } from './process-identity.js';
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

  /** One that was to end with its process is over once that is gone, however it went. */
  isThere(): boolean {
    try {
      const [pid, startTime = ''] = readFileSync(this.path, 'utf8').split(' ');
      return startTime === '' || isAlive({ pid: Number(pid), startTime });
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== 'ENOENT';
    }
  }

  /** @param until - `released`: it stays until it is withdrawn; `this process ends`: no longer than that */
  async make(until: 'released' | 'this process ends'): Promise<void> {
    const owner: ProcessIdentity | null = until === 'released' ? null : await ownIdentity();
    await writeFile(this.path, owner === null ? '' : `${owner.pid} ${owner.startTime}`, { mode: 0o600 });
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
