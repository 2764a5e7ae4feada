import { PassStage } from './pass-stage.js';
import type { Choices, Fired, StreamToxicKind, Tuned } from './toxic-kind.js';
import type { Outlet } from './stage.js';

type CorruptSettings = {
  /** Chance of each bit to be flipped */
  readonly bit_error_rate: number;
};

/** Flips bits. Which ones hangs on their place in the stream, however it is cut into chunks. */
class CorruptStage extends PassStage {
  readonly #toxic: Tuned<CorruptSettings>;
  readonly #draw: (n: number) => number;
  readonly #fired: Fired;
  #drawn = 0;
  #flipped = 0;
  #passedBits = 0;
  /** Bits until the next one to be flipped. */
  #gap: number;

  constructor(toxic: Tuned<CorruptSettings>, outlet: Outlet, { draws, fired }: Choices) {
    super(outlet);
    this.#toxic = toxic;
    this.#draw = draws('corrupt');
    this.#fired = fired;
    this.#gap = this.#drawGap();
  }

  override push(chunk: Buffer): void {
    const bits = chunk.length * 8;
    if (this.#gap < bits) {
      this.outlet.acted();
      for (; this.#gap < bits; this.#gap += 1 + this.#drawGap()) {
        const at = this.#gap >> 3;
        chunk[at] = (chunk[at] ?? 0) ^ (1 << (this.#gap & 7));
        this.#fired(this.#flipped, `flip bit ${this.#passedBits + this.#gap}`);
        this.#flipped += 1;
      }
    }
    this.#gap -= bits;
    this.#passedBits += bits;
    this.outlet.push(chunk);
  }

  changed(): void {
    this.#gap = this.#drawGap();
  }

  /** The number of bits before the next error is geometric. */
  #drawGap(): number {
    const rate = this.#toxic.settings.bit_error_rate;
    if (rate <= 0) return Number.POSITIVE_INFINITY;
    if (rate >= 1) return 0;
    const u = this.#draw(this.#drawn);
    this.#drawn += 1;
    return Math.floor(Math.log(1 - u) / Math.log(1 - rate));
  }
}

export const corrupt: StreamToxicKind<CorruptSettings> = {
  type: 'corrupt',
  acts: 'on-bytes',
  isClassic: false,
  attributes: { bit_error_rate: 'number' },
  problem: ({ bit_error_rate: rate }) =>
    rate < 0 || rate > 1 ? `bit_error_rate must be from 0 to 1, got ${rate}` : null,
  scaled: ({ bit_error_rate }, share) => ({ bit_error_rate: bit_error_rate * share }),
  onMessages: 'any',
  start: (toxic, outlet, choices) => new CorruptStage(toxic, outlet, choices),
};
