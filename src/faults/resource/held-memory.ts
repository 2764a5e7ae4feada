import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';

/** Memory of this process outside of the heap, page by page really used. */
export class HeldMemory {
  #buffers: ArrayBuffer[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes more; a page that is not written is not taken by the kernel. */
  grow(bytes: number): void {
    const buffer = new ArrayBuffer(bytes);
    new Uint8Array(buffer).fill(1);
    this.#buffers.push(buffer);
    this.#bytes += bytes;
  }

  /**
   * Gives everything back, not when the garbage collector comes but now: it is sent to a port that nobody reads, and
   * freed with the port. Resolves once that is done.
   */
  async release(): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    for (const buffer of this.#buffers) port1.postMessage(null, [buffer]);
    const closed = once(port2, 'close');
    port2.close();
    await closed;
    this.#buffers = [];
    this.#bytes = 0;
  }
}
