import { alterBody } from './alter-body.js';
import type { AbortFault, AlterFault, TruncateFault } from './http-rule.js';
import { bitFlipper } from './flip-bits.js';
import type { PayloadReader } from './payload-reader.js';
import type { Shaping } from './plan.js';

const defaultMaxBytes = 1_048_576;

/** Where a body ends before its time, and how. */
export interface Cut {
  readonly rule: string;
  readonly atBytes: number;
  readonly fault: AbortFault | TruncateFault;
}

/** The payload of a message as faults make it. */
export class ShapedBody {
  /** How long it is; null when that is not known yet. */
  length: number | null;
  cut: Cut | null = null;
  readonly #payload: PayloadReader;
  readonly #mayReadAhead: boolean;
  /** Read ahead, to be given out first. */
  #ahead: Buffer[] = [];
  #flips: ((piece: Buffer) => Buffer)[] = [];

  /** @param mayReadAhead - false when it is not sent before the head has been passed on */
  constructor(payload: PayloadReader, length: number | null, mayReadAhead: boolean) {
    this.#payload = payload;
    this.#mayReadAhead = mayReadAhead;
    this.length = length;
  }

  /** @returns null at the end */
  async next(): Promise<Buffer | null> {
    const piece = this.#ahead.shift() ?? this.#flipped(await this.#payload.next());
    return piece;
  }

  /** @returns why the body stays as it is, as the end of a sentence; null when it does not */
  async shape({ rule, fault, draw }: Shaping, encodings: readonly string[]): Promise<string | null> {
    if (!this.#mayReadAhead && this.#readsAhead(fault)) {
      return 'its sender waits to be asked for it (Expect: 100-continue)';
    }
    if (fault.type === 'alter') {
      if (fault.bitErrorRate === undefined) return await this.#alter(fault, encodings);
      const flip = bitFlipper(fault.bitErrorRate, draw);
      this.#ahead = this.#ahead.map(flip);
      this.#flips.push(flip);
      return null;
    }
    return await this.#cutShort(rule, fault);
  }

  #readsAhead(fault: Shaping['fault']): boolean {
    if (fault.type === 'alter') return fault.bitErrorRate === undefined;
    return fault.type === 'truncate' && fault.share !== undefined && this.length === null;
  }

  async #alter(fault: AlterFault, encodings: readonly string[]): Promise<string | null> {
    const { maxBytes = defaultMaxBytes } = fault;
    const whole = await this.#upTo(maxBytes);
    if (whole === null) return `it is longer than ${maxBytes} bytes`;
    if (this.#payload.end === null) return 'its sender did not send all of it';
    const outcome = alterBody(whole, fault, encodings);
    if ('unaltered' in outcome) return outcome.unaltered;
    this.#ahead = [outcome.altered];
    this.length = outcome.altered.length;
    return null;
  }

  async #cutShort(rule: string, fault: AbortFault | TruncateFault): Promise<string | null> {
    if (fault.type === 'truncate' && fault.share !== undefined) {
      if (this.length === null && (await this.#upTo(defaultMaxBytes)) === null) {
        return `it does not say its length, and is longer than ${defaultMaxBytes} bytes`;
      }
      this.cut = { rule, atBytes: Math.floor(fault.share * (this.length ?? 0)), fault };
    } else {
      const atBytes = fault.type === 'truncate' ? (fault.bytes ?? 0) : (fault.afterBytes ?? 0);
      this.cut = { rule, atBytes, fault };
    }
    return null;
  }

  /** All of the body, which is then still to be given out; null when it is longer. */
  async #upTo(maxBytes: number): Promise<Buffer | null> {
    if (this.length !== null && this.length > maxBytes) return null;
    const pieces: Buffer[] = [];
    let bytes = 0;
    for (let piece = await this.next(); piece !== null; piece = await this.next()) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > maxBytes) {
        this.#ahead = [...pieces, ...this.#ahead];
        return null;
      }
    }
    const whole = Buffer.concat(pieces);
    this.#ahead = [whole];
    this.length ??= bytes;
    return whole;
  }

  #flipped(piece: Buffer | null): Buffer | null {
    return piece === null ? null : this.#flips.reduce((bytes, flip) => flip(bytes), piece);
  }
}
