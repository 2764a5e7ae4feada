import { closeSync, openSync, writeSync } from 'node:fs';
import { ChaosError } from '../model/chaos-error.js';
import type { JournalEntry } from '../proxy/decision-journal.js';

/** A new file with a JSON line for each entry, on disk as soon as it is written. */
export class JournalFile implements Disposable {
  readonly #file: number;
  readonly #onFailed: (error: Error) => void;
  #isBroken = false;

  /**
   * @param onFailed - called once, when the disk takes no more
   * @throws ChaosError INVALID_INPUT when it cannot be made there
   */
  constructor(path: string, onFailed: (error: Error) => void) {
    try {
      this.#file = openSync(path, 'w');
    } catch (cause) {
      throw new ChaosError('INVALID_INPUT', `cannot write the journal ${path}: ${(cause as Error).message}`, {
        cause,
      });
    }
    this.#onFailed = onFailed;
  }

  readonly write = (entry: JournalEntry): void => {
    if (this.#isBroken) return;
    try {
      writeSync(this.#file, `${JSON.stringify(entry)}\n`);
    } catch (error) {
      this.#isBroken = true;
      this.#onFailed(error as Error);
    }
  };

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}
