import type { ClockSight } from '../../model/clock-change.js';
import type { Aftermath } from '../../model/evidence.js';

/** More than what reading one clock after the other takes. */
const noiseMs = 50;

/** Whether clocks that a look saw are the real ones. */
export function isBackSight(sight: ClockSight): Aftermath {
  const { inPlace, shared, wallAheadMs, monotonicAheadMs } = sight;
  // Another fault on the same clocks is still there.
  if (inPlace === 0 || shared > 0) return { back: 'unknown', after: null };
  const offMs = [wallAheadMs, monotonicAheadMs].map((ms) => Math.abs(ms / inPlace));
  return { back: offMs.every((ms) => ms < noiseMs) ? 'yes' : 'no', after: wallAheadMs / inPlace / 1_000 };
}
