import type { Socket } from 'node:net';

/** The connection ended otherwise than by its end of stream; who is concerned learns it from the socket. */
export class Gone extends Error {
  override readonly name = 'Gone';
}

/** Bytes of a socket for one who asks for them; what nobody asks for stays in the kernel. */
export class ByteSource {
  readonly #socket: Socket;
  #held: Buffer = Buffer.alloc(0);
  #reading: Promise<boolean> | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** What has come and was not taken. */
  get held(): Buffer {
    return this.#held;
  }

  /** Takes at most so many bytes of those held. */
  take(bytes: number): Buffer {
    const taken = this.#held.subarray(0, bytes);
    this.#held = this.#held.subarray(taken.length);
    return taken;
  }

  /**
   * Waits for more bytes beside those held.
   *
   * @returns false at the end of the stream
   * @throws Gone
   */
  more(): Promise<boolean> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** Waits until something is held. @returns false at the end of the stream */
  async any(): Promise<boolean> {
    return this.#held.length > 0 || (await this.more());
  }

  async #read(): Promise<boolean> {
    const socket = this.#socket;
    for (;;) {
      const chunk = socket.read() as Buffer | null;
      if (chunk !== null) {
        this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
        return true;
      }
      if (socket.readableEnded) return false;
      if (socket.destroyed) throw new Gone();
      await new Promise<void>((resolve) => {
        const wake = () => {
          for (const name of ['readable', 'end', 'close']) socket.off(name, wake);
          resolve();
        };
        for (const name of ['readable', 'end', 'close']) socket.on(name, wake);
      });
    }
  }
}
