import { Fifo } from './fifo.js';
import type { Ending, Outlet, Stage } from './stage.js';
import type { Fired, OnMessages } from './toxic-kind.js';

/** What the bookkeeping of one held chunk costs beside its bytes. */
const chunkOverheadBytes = 256;

/** Bytes that went into the toxic's stage and have not come out, or what was spared and waits behind them. */
type Passage = { bytes: number } | { readonly spared: Buffer | Ending };

/**
 * Lets a toxic act on the chunks that lose their roll, and leads the others past it. Nothing overtakes: what is spared
 * waits for what came before it.
 */
export class MessageStage implements Stage {
  readonly #outlet: Outlet;
  readonly #how: OnMessages;
  readonly #isHit: (n: number) => boolean;
  readonly #fired: Fired;
  readonly #start: (outlet: Outlet, fired: Fired) => Stage;
  readonly #passages = new Fifo<Passage>();
  #stage: Stage | null = null;
  #seen = 0;
  #sparedBytes = 0;
  /** The message that the toxic's stage is given just now, and whether it said what it does to it. */
  #given = -1;
  #isTold = false;

  /**
   * @param isHit - whether the n-th message loses its roll
   * @param start - makes the toxic's stage, once it is needed
   */
  constructor(
    outlet: Outlet,
    how: OnMessages,
    isHit: (n: number) => boolean,
    fired: Fired,
    start: (outlet: Outlet, fired: Fired) => Stage,
  ) {
    this.#outlet = outlet;
    this.#how = how;
    this.#isHit = isHit;
    this.#fired = fired;
    this.#start = start;
  }

  get heldBytes(): number {
    return this.#sparedBytes + (this.#stage?.heldBytes ?? 0);
  }

  get isFull(): boolean {
    return this.#stage?.isFull === true;
  }

  get swallowed(): boolean {
    return this.#stage?.swallowed === true;
  }

  push(chunk: Buffer): void {
    if (this.#how === 'all-from' && this.#stage !== null) {
      this.#stage.push(chunk);
      return;
    }
    if (!this.#rolls()) {
      this.#spare(chunk);
      return;
    }
    const n = this.#seen - 1;
    this.#stage ??= this.#begin();
    if (this.#how === 'any') this.#passages.push({ bytes: chunk.length });
    this.#given = n;
    this.#isTold = false;
    this.#stage.push(chunk);
    if (!this.#isTold) this.#fired(n, 'hit');
    this.#given = -1;
  }

  finish(ending: Ending): void {
    if (this.#stage !== null && (this.#how === 'all-from' || this.#rolls())) this.#stage.finish(ending);
    else this.#spare(ending);
  }

  release(): void {
    this.#stage?.release();
  }

  stop(): void {
    this.#stage?.stop();
    this.#passages.clear();
    this.#sparedBytes = 0;
  }

  changed(): void {
    this.#stage?.changed?.();
  }

  #rolls(): boolean {
    this.#seen += 1;
    return this.#isHit(this.#seen - 1);
  }

  #begin(): Stage {
    const outlet: Outlet = {
      push: (chunk) => {
        this.#outlet.push(chunk);
        this.#leave(chunk.length);
      },
      finish: (ending) => this.#outlet.finish(ending),
      abort: () => this.#outlet.abort(),
      acted: () => this.#outlet.acted(),
    };
    return this.#start(outlet, (_n, effect) => {
      if (this.#given < 0) return;
      this.#isTold = true;
      this.#fired(this.#given, effect);
    });
  }

  #spare(item: Buffer | Ending): void {
    if (this.#passages.length === 0) {
      this.#handOn(item);
      return;
    }
    this.#passages.push({ spared: item });
    this.#sparedBytes += costOf(item);
  }

  /** So many bytes came out of the toxic's stage: what was spared behind them follows. */
  #leave(bytes: number): void {
    let left = bytes;
    for (;;) {
      const first = this.#passages.first;
      if (first === undefined) return;
      if ('bytes' in first) {
        const gone = Math.min(left, first.bytes);
        left -= gone;
        first.bytes -= gone;
        if (first.bytes > 0) return;
        this.#passages.dropFirst();
      } else {
        this.#passages.dropFirst();
        this.#sparedBytes -= costOf(first.spared);
        this.#handOn(first.spared);
      }
    }
  }

  #handOn(item: Buffer | Ending): void {
    if (typeof item === 'string') this.#outlet.finish(item);
    else this.#outlet.push(item);
  }
}

function costOf(item: Buffer | Ending): number {
  return chunkOverheadBytes + (typeof item === 'string' ? 0 : item.length);
}
