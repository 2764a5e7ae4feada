import type { Sighting } from './network-effect.js';

/** After a revert: the effect is not seen any more, or exactly what was measured before is measured again. */
export function isBackAt({ active, measured: { baseline, during } }: Sighting): boolean {
  return active === 'no' || (during !== null && during === baseline);
}
