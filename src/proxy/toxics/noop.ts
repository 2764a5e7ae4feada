import { PassStage } from './pass-stage.js';
import type { StreamToxicKind } from './toxic-kind.js';

/** Does nothing. */
export const noop: StreamToxicKind = {
  type: 'noop',
  acts: 'on-bytes',
  isClassic: true,
  attributes: {},
  onMessages: 'any',
  start: (_toxic, outlet) => new PassStage(outlet),
};
