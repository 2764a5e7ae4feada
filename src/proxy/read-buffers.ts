/** What one read brings at most: four times what Node reads, which costs a fifth less a byte. */
const readBytes = 262_144;
/** A read above it shows that bulk is coming: the socket gets a buffer of its own. */
export const bulkBytes = 131_072;
const mostSpare = 32;

const shared = Buffer.allocUnsafeSlow(readBytes);
const spare: Buffer[] = [];

/**
 * The memory into which one socket reads. All idle and chatty sockets share one buffer, out of which each read is
 * copied; one that carries bulk has its own, from which it hands out what it read without copying.
 */
export class ReadBuffer {
  #own: Buffer | null = null;

  /** Where the next read goes to. */
  readonly next = (): Buffer => this.#own ?? shared;

  /**
   * Hands on what a read brought.
   *
   * @param take - says whether the chunk's memory is still in use after the call
   */
  deliver(bytes: number, take: (chunk: Buffer) => boolean): void {
    const own = this.#own;
    if (own === null) {
      const copy = Buffer.allocUnsafe(bytes);
      shared.copy(copy, 0, 0, bytes);
      if (bytes >= bulkBytes) this.#own = spare.pop() ?? Buffer.allocUnsafeSlow(readBytes);
      take(copy);
      return;
    }
    const kept = take(own.subarray(0, bytes));
    if (kept) this.#own = bytes >= bulkBytes ? (spare.pop() ?? Buffer.allocUnsafeSlow(readBytes)) : null;
    else if (bytes < bulkBytes) this.giveBack();
  }

  /** The socket is idle, or gone. */
  giveBack(): void {
    if (this.#own !== null && spare.length < mostSpare) spare.push(this.#own);
    this.#own = null;
  }
}
