import type { CampaignEvent } from '../../model/campaign-events.js';
import type { Fold } from '../../model/fold.js';
import type { RoundSummary } from '../../model/round-summary.js';
import { type CampaignFacts, newCampaignFacts, stepCampaignFacts } from './campaign-facts.js';

/** Bounded by the number of runs that were asked for. */
export interface EveryRound {
  readonly facts: CampaignFacts;
  readonly rounds: RoundSummary[];
}

/** The fold of campaigns that are judged over all their rounds: what they do with them is its result. */
export const everyRound: Pick<Fold<EveryRound, never, CampaignEvent>, 'init' | 'step'> = {
  init: () => ({ facts: newCampaignFacts(), rounds: [] }),
  step(state, event) {
    stepCampaignFacts(state.facts, event);
    if (event.type === 'round-ended') state.rounds.push(event.summary);
    return state;
  },
};
