import type { CampaignResults } from '../../model/campaign-results.js';
import type { RoundSummary } from '../../model/round-summary.js';
import { roundsOf } from './rounds-of.js';

/** Every round that a report may lead to. */
export function shownRounds(results: CampaignResults): readonly RoundSummary[] {
  if (results.kind !== 'continuous') return roundsOf(results);
  return [...results.latest, ...results.byScenario.flatMap(({ worst }) => worst ?? [])];
}
