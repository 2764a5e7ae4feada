import { systemClock } from '../../model/system-clock.js';
import { Deadline } from '../deadline.js';
import { Fifo } from './fifo.js';
import type { Ending, Outlet, Stage } from './stage.js';

/** How the first bytes that wait are to be sent. */
export interface Piece {
  readonly bytes: number;
  /** Time before it is sent, in ms; infinite: not before the settings change. */
  readonly beforeMs: number;
  /** Time after it, before the next one's time begins, in ms. */
  readonly afterMs: number;
}

/** Hands chunks on piece by piece, one after the other, each at its time. */
export class PacedStage implements Stage {
  readonly swallowed = false;
  heldBytes = 0;
  readonly #outlet: Outlet;
  readonly #nextPiece: (waiting: number) => Piece;
  readonly #limitBytes: () => number;
  readonly #deadline = new Deadline(() => this.#proceed(systemClock.nowMs()));
  readonly #queue = new Fifo<{ readonly item: Buffer | Ending; readonly arrivedMs: number }>();
  #planned: { readonly bytes: number; readonly sendAtMs: number; readonly freeAtMs: number } | null = null;
  #freeAtMs = 0;

  /**
   * @param nextPiece - of a chunk of which so many bytes wait
   * @param limitBytes - when so many are held, the sender waits
   */
  constructor(outlet: Outlet, nextPiece: (waiting: number) => Piece, limitBytes: () => number) {
    this.#outlet = outlet;
    this.#nextPiece = nextPiece;
    this.#limitBytes = limitBytes;
  }

  get isFull(): boolean {
    return this.heldBytes >= this.#limitBytes();
  }

  push(chunk: Buffer): void {
    this.heldBytes += chunk.length;
    this.#outlet.acted();
    this.#enqueue(chunk);
  }

  finish(ending: Ending): void {
    this.#enqueue(ending);
  }

  release(): void {
    const waiting = [...this.#queue];
    this.stop();
    for (const { item } of waiting) {
      if (typeof item === 'string') this.#outlet.finish(item);
      else this.#outlet.push(item);
    }
  }

  stop(): void {
    this.#deadline.clear();
    this.#queue.clear();
    this.#planned = null;
    this.heldBytes = 0;
  }

  /** What waits goes on at the new pace, as if it had come now. */
  changed(): void {
    const nowMs = systemClock.nowMs();
    this.#planned = null;
    this.#freeAtMs = nowMs;
    this.#deadline.clear();
    this.#proceed(nowMs);
  }

  #enqueue(item: Buffer | Ending): void {
    const arrivedMs = systemClock.nowMs();
    this.#queue.push({ item, arrivedMs });
    if (this.#queue.length === 1) this.#proceed(arrivedMs);
  }

  #proceed(nowMs: number): void {
    for (;;) {
      const first = this.#queue.first;
      if (first === undefined) return;
      if (typeof first.item === 'string') {
        this.#queue.dropFirst();
        this.#outlet.finish(first.item);
        continue;
      }
      // A piece that is late does not make the next one late: its time counts from when the way was to be free.
      const fromMs = Math.max(this.#freeAtMs, first.arrivedMs);
      this.#planned ??= this.#plan(this.#nextPiece(first.item.length), fromMs);
      const { bytes, sendAtMs, freeAtMs } = this.#planned;
      if (sendAtMs > nowMs) {
        if (sendAtMs < Number.POSITIVE_INFINITY) this.#deadline.set(sendAtMs);
        return;
      }
      this.#planned = null;
      this.#freeAtMs = freeAtMs;
      this.#send(first.item, first.arrivedMs, bytes);
    }
  }

  #plan({ bytes, beforeMs, afterMs }: Piece, fromMs: number) {
    const sendAtMs = fromMs + beforeMs;
    return { bytes, sendAtMs, freeAtMs: sendAtMs + afterMs };
  }

  #send(chunk: Buffer, arrivedMs: number, bytes: number): void {
    if (bytes < chunk.length) this.#queue.first = { item: chunk.subarray(bytes), arrivedMs };
    else this.#queue.dropFirst();
    const piece = bytes < chunk.length ? chunk.subarray(0, bytes) : chunk;
    this.heldBytes -= piece.length;
    this.#outlet.push(piece);
  }
}
