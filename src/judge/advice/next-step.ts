import { marginOf, nearestToLimit } from '../criteria.js';
import { criterionSentence } from '../criterion-sentence.js';
import { formatShare } from '../quantity.js';
import type { Advice, ScenarioView } from './scenario-view.js';

/** For a scenario that held and needs no other advice: how much is to spare, and what would say more. */
export function nextStep({ judgement, criteria, scenario }: ScenarioView): Advice | null {
  if (judgement.verdict !== 'held') return null;
  const nearest = nearestToLimit(criteria);
  const margin = nearest === null ? null : marginOf(nearest);
  if (nearest === null || margin === null) return null;
  const action =
    margin >= 0.5
      ? `Nothing to do here; try ${scenario.planned.name} with a higher severity or a longer duration`
      : 'Nothing to do here; keep the experiment in CI, so that the margin does not shrink unseen';
  return { evidence: `held with ${formatShare(margin)} to spare: ${criterionSentence(nearest)}`, action };
}
