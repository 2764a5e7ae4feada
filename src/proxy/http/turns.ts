import type { ByteSource } from './byte-source.js';
import type { Exchange } from './exchange.js';

/** What the answers of a connection come to next. */
export type Turn =
  | Exchange
  /** The client sent what is not HTTP. */
  | 'not-http'
  /** The upstream sent what nobody asked for. */
  | 'unasked'
  | 'upstream-ended';

/** The order of answers. */
export class Turns {
  readonly #queue: (Exchange | 'not-http')[] = [];
  readonly #upstream: ByteSource;
  readonly #dialed: Promise<boolean>;
  #isWatching = false;
  #hasUpstreamEnded = false;
  #wake = () => {};

  constructor(upstream: ByteSource, dialed: Promise<boolean>) {
    this.#upstream = upstream;
    this.#dialed = dialed;
  }

  add(turn: Exchange | 'not-http'): void {
    this.#queue.push(turn);
    this.#wake();
  }

  async next(): Promise<Turn> {
    for (;;) {
      const turn = this.#queue.shift();
      if (turn !== undefined) return turn;
      if (this.#upstream.held.length > 0) return 'unasked';
      if (this.#hasUpstreamEnded) return 'upstream-ended';
      this.#watch();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    void this.#watchUpstream();
  }

  async #watchUpstream(): Promise<void> {
    try {
      if (!(await this.#dialed)) return;
      this.#hasUpstreamEnded = !(await this.#upstream.any());
      this.#isWatching = false;
    } catch {
      // The connection hears of it too.
    }
    this.#wake();
  }
}
