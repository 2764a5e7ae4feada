import type { DoorToxicKind } from './toxic-kind.js';

type SlowOpenSettings = {
  /** ms */
  readonly delay: number;
};

/** The upstream is dialled a while after the client connected. */
export const slowOpen: DoorToxicKind<SlowOpenSettings> = {
  type: 'slow_open',
  acts: 'on-connects',
  isClassic: false,
  attributes: { delay: 'number' },
  scaled: ({ delay }, share) => ({ delay: delay * share }),
  door: (toxic) => () => ({ dialDelayMs: Math.max(0, toxic.settings.delay) }),
};
