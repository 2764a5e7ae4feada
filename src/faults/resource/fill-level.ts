import type { Clock } from '../../model/clock.js';
import type { DiskFileReceipt } from '../../model/receipt.js';
import type { DiskFullParameters } from '../../model/scenario-parameters.js';
import { diskSpace, missingBytes } from './disk-space.js';
import { growFillFile } from './fill-file.js';

/** How often a level is looked at that others may free space under. */
const lookEveryMs = 250;
/** What is free may change by this share of a disk before it is filled again. */
const slack = 0.0005;
/** The file's own metadata takes space too: the last bit is taken by halves, so that the level is not passed. */
const [mostRounds, lastBlocks] = [24, 64];

/** A level of a disk that is held by a file of ours, until it is let go. */
export class FillLevel {
  readonly #receipt: DiskFileReceipt;
  readonly #parameters: DiskFullParameters;
  readonly #stop = new AbortController();
  #holding: Promise<void> = Promise.resolve();
  #takenBytes = 0;
  #problem: string | null = null;

  /** @param receipt - of a file that is there, with its inode */
  constructor(receipt: DiskFileReceipt, parameters: DiskFullParameters) {
    this.#receipt = receipt;
    this.#parameters = parameters;
  }

  /** What the file takes of the disk. */
  get takenBytes(): number {
    return this.#takenBytes;
  }

  /** Why the level is not held any more; null while it is. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Takes what is missing, within the limit of bytes. */
  async fill(signal: AbortSignal): Promise<void> {
    const { maxBytes } = this.#parameters;
    for (let round = 0; round < mostRounds; round += 1) {
      signal.throwIfAborted();
      const space = await diskSpace(this.#receipt.directory);
      const missing = Math.min(missingBytes(this.#parameters, space), maxBytes - this.#takenBytes);
      if (missing < space.blockBytes) return;
      const before = this.#takenBytes;
      const share = missing > lastBlocks * space.blockBytes ? 0.995 : 0.5;
      const blocks = Math.max(1, Math.floor((missing * share) / space.blockBytes));
      this.#takenBytes = await growFillFile(this.#receipt, blocks * space.blockBytes, signal);
      if (this.#takenBytes <= before) return;
    }
  }

  /** Fills again whenever others have freed space, until `letGo`. */
  hold(clock: Clock): void {
    const { signal } = this.#stop;
    const hold = async () => {
      for (;;) {
        await clock.sleep(lookEveryMs, signal);
        const space = await diskSpace(this.#receipt.directory);
        const worthwhile = slack * (space.usedBytes + space.availableBytes);
        if (missingBytes(this.#parameters, space) > worthwhile) await this.fill(signal);
      }
    };
    this.#holding = hold().catch((error: unknown) => {
      if (!signal.aborted) this.#problem = error instanceof Error ? error.message : String(error);
    });
  }

  /** Resolves once nothing is filled any more; the file is as it was. */
  async letGo(): Promise<void> {
    this.#stop.abort(new Error('the level is let go'));
    await this.#holding;
  }
}
