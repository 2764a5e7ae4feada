import { systemClock } from '../../model/system-clock.js';
import { Deadline } from '../deadline.js';
import { Fifo } from './fifo.js';
import type { Ending, Outlet, Stage } from './stage.js';

/** What the bookkeeping of one held chunk costs beside its bytes. */
const chunkOverheadBytes = 256;

interface Held {
  readonly arrivedMs: number;
  readonly n: number;
  readonly item: Buffer | Ending;
  dueMs: number;
}

export interface DelayStageOptions {
  /** When so many are held, the sender waits. Default: as the link says. */
  readonly limitBytes?: () => number;
  /**
   * What becomes of what waits when the settings change: it gets the delay that it would have had under them
   * (`redo`, the default, for delays that hang on nothing but the chunk), keeps its own, or goes out at once.
   */
  readonly whenChanged?: () => 'redo' | 'keep' | 'release';
  /** Told of each chunk that is delayed: by how much, and that it is the n-th. */
  readonly delayed?: (n: number, delayMs: number) => void;
}

/**
 * Holds each chunk, and the ending, for a delay of its own counted from its arrival.
 * Chunks travel side by side, so delays of a burst do not add up, and none overtakes an earlier one.
 */
export class DelayStage implements Stage {
  readonly swallowed = false;
  heldBytes = 0;
  readonly #outlet: Outlet;
  readonly #delayMs: (n: number, bytes: number) => number;
  readonly #options: DelayStageOptions;
  readonly #deadline = new Deadline(() => this.#handOn(systemClock.nowMs()));
  readonly #queue = new Fifo<Held>();
  #drawn = 0;
  #lastDueMs = 0;

  /** @param delayMs - the delay of the n-th chunk, from 0, of so many bytes (0: the ending) */
  constructor(
    outlet: Outlet,
    delayMs: (n: number, bytes: number) => number,
    options: DelayStageOptions = {},
  ) {
    this.#outlet = outlet;
    this.#options = options;
    this.#delayMs = delayMs;
  }

  get isFull(): boolean {
    return this.#options.limitBytes !== undefined && this.heldBytes >= this.#options.limitBytes();
  }

  push(chunk: Buffer): void {
    this.heldBytes += chunk.length + chunkOverheadBytes;
    this.#hold(chunk);
  }

  finish(ending: Ending): void {
    this.#hold(ending);
  }

  release(): void {
    this.#deadline.clear();
    this.#handOn(Number.POSITIVE_INFINITY);
    this.#lastDueMs = 0;
  }

  stop(): void {
    this.#deadline.clear();
    this.#queue.clear();
    this.heldBytes = 0;
  }

  changed(): void {
    const what = this.#options.whenChanged?.() ?? 'redo';
    if (what === 'redo') this.#redo();
    else if (what === 'release') this.release();
  }

  #redo(): void {
    this.#lastDueMs = 0;
    for (const held of this.#queue) {
      held.dueMs = Math.max(this.#lastDueMs, held.arrivedMs + this.#delayMs(held.n, bytesOf(held.item)));
      this.#lastDueMs = held.dueMs;
    }
    this.#deadline.clear();
    this.#handOn(systemClock.nowMs());
  }

  #hold(item: Buffer | Ending): void {
    const bytes = bytesOf(item);
    const n = this.#drawn;
    const delayMs = this.#delayMs(n, bytes);
    if (bytes > 0 && delayMs > 0) {
      this.#outlet.acted();
      this.#options.delayed?.(n, delayMs);
    }
    const arrivedMs = systemClock.nowMs();
    const dueMs = Math.max(this.#lastDueMs, arrivedMs + delayMs);
    this.#drawn += 1;
    this.#lastDueMs = dueMs;
    this.#queue.push({ arrivedMs, n, item, dueMs });
    if (this.#queue.length > 1) return;
    if (dueMs > arrivedMs) this.#deadline.set(dueMs);
    else this.#handOn(arrivedMs);
  }

  #handOn(untilMs: number): void {
    for (;;) {
      const next = this.#queue.first;
      if (next === undefined) return;
      if (next.dueMs > untilMs) {
        this.#deadline.set(next.dueMs);
        return;
      }
      this.#queue.dropFirst();
      if (typeof next.item === 'string') {
        this.#outlet.finish(next.item);
      } else {
        this.heldBytes -= next.item.length + chunkOverheadBytes;
        this.#outlet.push(next.item);
      }
    }
  }
}

function bytesOf(item: Buffer | Ending): number {
  return typeof item === 'string' ? 0 : item.length;
}
