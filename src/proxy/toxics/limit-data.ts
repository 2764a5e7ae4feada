import { PassStage } from './pass-stage.js';
import type { Outlet } from './stage.js';
import type { StreamToxicKind, Tuned } from './toxic-kind.js';

type LimitDataSettings = {
  readonly bytes: number;
};

/** Passes so many bytes over the connection's life, then closes it. */
class LimitDataStage extends PassStage {
  override swallowed = false;
  readonly #toxic: Tuned<LimitDataSettings>;
  #passedBytes = 0;

  constructor(toxic: Tuned<LimitDataSettings>, outlet: Outlet) {
    super(outlet);
    this.#toxic = toxic;
  }

  override push(chunk: Buffer): void {
    if (this.swallowed) return;
    const left = Math.max(0, this.#toxic.settings.bytes - this.#passedBytes);
    this.#passedBytes += Math.min(left, chunk.length);
    if (left > 0) this.outlet.push(chunk.length > left ? chunk.subarray(0, left) : chunk);
    if (chunk.length < left) return;
    this.outlet.acted();
    this.swallowed = true;
    this.outlet.finish('close');
  }
}

export const limitData: StreamToxicKind<LimitDataSettings> = {
  type: 'limit_data',
  acts: 'on-bytes',
  isClassic: true,
  attributes: { bytes: 'integer' },
  onMessages: 'all-from',
  start: (toxic, outlet) => new LimitDataStage(toxic, outlet),
};
