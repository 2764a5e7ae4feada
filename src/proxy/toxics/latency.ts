import { systemClock } from '../../model/system-clock.js';
import { Deadline } from '../deadline.js';
import type { Ending, Outlet, Stage } from './stage.js';

/** What the bookkeeping of one held chunk costs beside its bytes. */
const chunkOverheadBytes = 256;
/** Handed-on places at the head of the queue are kept until there are so many, so that a shift is rare. */
const compactAbove = 1_024;

/**
 * Holds each chunk, and the ending, for a delay of its own counted from its arrival.
 * Chunks travel side by side, so delays of a burst do not add up, and none overtakes an earlier one.
 */
export class LatencyStage implements Stage {
  readonly swallowed = false;
  heldBytes = 0;
  readonly #outlet: Outlet;
  readonly #delayMs: (n: number, bytes: number) => number;
  readonly #deadline = new Deadline(() => this.#handOn(systemClock.nowMs()));
  #queue: { readonly dueMs: number; readonly item: Buffer | Ending }[] = [];
  #head = 0;
  #drawn = 0;
  #lastDueMs = 0;

  /** @param delayMs - the delay of the n-th chunk, from 0, of so many bytes (0: the ending) */
  constructor(outlet: Outlet, delayMs: (n: number, bytes: number) => number) {
    this.#outlet = outlet;
    this.#delayMs = delayMs;
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
  }

  stop(): void {
    this.#deadline.clear();
    this.#queue = [];
    this.#head = 0;
    this.heldBytes = 0;
  }

  #hold(item: Buffer | Ending): void {
    const bytes = typeof item === 'string' ? 0 : item.length;
    const delayMs = this.#delayMs(this.#drawn, bytes);
    if (bytes > 0 && delayMs > 0) this.#outlet.acted();
    const dueMs = Math.max(this.#lastDueMs, systemClock.nowMs() + delayMs);
    this.#drawn += 1;
    this.#lastDueMs = dueMs;
    this.#queue.push({ dueMs, item });
    if (this.#queue.length === this.#head + 1) this.#deadline.set(dueMs);
  }

  #handOn(untilMs: number): void {
    for (;;) {
      const next = this.#queue[this.#head];
      if (next === undefined) {
        this.#queue = [];
        this.#head = 0;
        return;
      }
      if (next.dueMs > untilMs) {
        this.#compact();
        this.#deadline.set(next.dueMs);
        return;
      }
      this.#head += 1;
      if (typeof next.item === 'string') {
        this.#outlet.finish(next.item);
      } else {
        this.heldBytes -= next.item.length + chunkOverheadBytes;
        this.#outlet.push(next.item);
      }
    }
  }

  #compact(): void {
    if (this.#head < compactAbove || this.#head * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#head);
    this.#head = 0;
  }
}
