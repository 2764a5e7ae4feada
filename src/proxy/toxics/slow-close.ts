import { EndingStage } from './ending-stage.js';
import type { StreamToxicKind } from './toxic-kind.js';

type SlowCloseSettings = {
  /** ms */
  readonly delay: number;
};

/** A connection stays open for a while after its end. */
export const slowClose: StreamToxicKind<SlowCloseSettings> = {
  type: 'slow_close',
  acts: 'on-bytes',
  isClassic: true,
  attributes: { delay: 'integer' },
  start: (toxic, outlet) => new EndingStage(outlet, () => toxic.settings.delay),
};
