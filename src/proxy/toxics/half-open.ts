import { EndingStage } from './ending-stage.js';
import type { StreamToxicKind } from './toxic-kind.js';

/** The other side never learns that this one is gone, neither by a FIN nor by a RST, until the toxic is taken off. */
export const halfOpen: StreamToxicKind = {
  type: 'half_open',
  acts: 'on-bytes',
  isClassic: false,
  attributes: {},
  start: (_toxic, outlet) => new EndingStage(outlet, () => Number.POSITIVE_INFINITY),
};
