import type { CampaignResults } from '../../model/campaign-results.js';
import type { RoundSummary } from '../../model/round-summary.js';

/** The rounds that results tell of one by one, in their order, those of a base before those of its head: all, or the latest of a continuous run. */
export function roundsOf(results: CampaignResults): readonly RoundSummary[] {
  switch (results.kind) {
    case 'tester':
    case 'repeat':
    case 'suite':
      return results.rounds;
    case 'continuous':
      return results.latest;
    case 'gameday':
      return results.agenda.flatMap(({ summary }) => summary ?? []);
    case 'daily':
      return results.comparisons.map(({ today }) => today);
    case 'compare':
      return [...results.base.rounds, ...results.head.rounds];
  }
}
