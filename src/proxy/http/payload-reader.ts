import type { BodyPart } from './read-body.js';

/** The payload of a body without its framing, and how it ended. */
export class PayloadReader {
  /** The last part; null as long as the body has not come to its end. */
  end: BodyPart | null = null;
  readonly #pieces: AsyncGenerator<Buffer, void>;

  constructor(parts: AsyncIterable<BodyPart>) {
    this.#pieces = this.#payload(parts);
  }

  /** @returns null at the end */
  async next(): Promise<Buffer | null> {
    const next = await this.#pieces.next();
    return next.done === true ? null : next.value;
  }

  async *#payload(parts: AsyncIterable<BodyPart>): AsyncGenerator<Buffer, void> {
    for await (const part of parts) {
      if (part.kind === 'end') this.end = part;
      if (part.kind === 'payload') yield part.bytes;
    }
  }
}
