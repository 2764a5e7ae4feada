import type { Datagram } from './datagram-stage.js';

/** What the bookkeeping of one held datagram costs beside its bytes. */
const overheadBytes = 256;

/** What the toxics of a proxy hold in memory, all together. */
export class HeldDatagrams {
  readonly #mostBytes: number;
  #bytes = 0;
  count = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get isFull(): boolean {
    return this.#bytes >= this.#mostBytes;
  }

  change(datagram: Datagram, change: 1 | -1): void {
    this.count += change;
    this.#bytes += change * (datagram.payload.length + overheadBytes);
  }
}
