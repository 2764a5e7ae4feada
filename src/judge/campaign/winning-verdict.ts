import type { CampaignKind } from '../../model/campaign-events.js';
import type { Verdict } from '../../model/verdict.js';
import type { CampaignCommon } from './campaign-facts.js';

/** What decided a verdict, in one sentence. */
export interface Decided {
  readonly verdict: Verdict;
  readonly reason: string;
}

const winning: readonly Verdict[] = ['leaked', 'interrupted', 'not-recovered'];

/** The verdict of a round that no interval over the others can outweigh; null when there is none. */
export function winningVerdict({
  verdict,
  reason,
  roundsRun,
  roundsByVerdict,
}: CampaignCommon<CampaignKind>): Decided | null {
  if (winning.includes(verdict)) return { verdict, reason };
  const notSteady = roundsByVerdict['not-steady'] ?? 0;
  if (notSteady === 0) return null;
  return {
    verdict: 'not-steady',
    reason: `${notSteady} of ${roundsRun} runs were not well before the fault`,
  };
}
