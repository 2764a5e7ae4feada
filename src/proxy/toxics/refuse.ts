import type { DoorToxicKind } from './toxic-kind.js';

/** Nobody listens: new connections are refused, open ones are reset. */
export const refuse: DoorToxicKind = {
  type: 'refuse',
  acts: 'on-connects',
  isClassic: false,
  attributes: {},
  shutsPort: true,
  door: () => () => 'reset',
};
