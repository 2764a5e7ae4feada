import type { RoundSummary } from '../../model/round-summary.js';
import { otherThanHeld } from './other-than-held.js';
import { slowRecovery } from './slow-recovery.js';
import { slowerBefore } from './slower-before.js';

/** Each looks at one round beside all of the day's, in order; null: nothing that surprises. */
const rules = [otherThanHeld, slowRecovery, slowerBefore] as const;

/** What nobody expected of a round. */
export function surprises(round: RoundSummary, all: readonly RoundSummary[]): readonly string[] {
  return rules.flatMap((rule) => rule(round, all) ?? []);
}
