import type { Socket } from 'node:net';
import { Gone } from './byte-source.js';

/** Writes to a socket as fast as it takes bytes. */
export class ByteSink {
  readonly #socket: Socket;
  #isCorked = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Resolves when more may be written. @throws Gone */
  async write(bytes: Buffer): Promise<void> {
    const socket = this.#socket;
    if (socket.destroyed || socket.writableEnded) throw new Gone();
    if (bytes.length === 0) return;
    this.#cork();
    if (socket.write(bytes)) return;
    this.#uncork();
    await new Promise<void>((resolve, reject) => {
      const onDrain = () => {
        socket.off('close', onClose);
        resolve();
      };
      const onClose = () => {
        socket.off('drain', onDrain);
        reject(new Gone());
      };
      socket.once('drain', onDrain).once('close', onClose);
    });
  }

  /** Resolves once the system has all that was written. */
  async flushed(): Promise<void> {
    this.#uncork();
    await new Promise<void>((resolve) => {
      this.#socket.write(Buffer.alloc(0), () => resolve());
    });
  }

  /** No more will be written; what was, still goes out. */
  end(): void {
    this.#uncork();
    this.#socket.end();
  }

  /** What is written in one go goes out together. */
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#socket.cork();
    process.nextTick(() => this.#uncork());
  }

  #uncork(): void {
    if (!this.#isCorked) return;
    this.#isCorked = false;
    this.#socket.uncork();
  }
}
