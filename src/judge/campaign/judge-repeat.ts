import type { CampaignEvent } from '../../model/campaign-events.js';
import type { RepeatedCriterion, RepeatResults } from '../../model/campaign-results.js';
import type { Fold } from '../../model/fold.js';
import type { RoundSummary } from '../../model/round-summary.js';
import { fewestRuns } from '../statistics/fewest-runs.js';
import { wilsonInterval } from '../statistics/wilson-interval.js';
import { type CampaignCommon, campaignCommonOf } from './campaign-facts.js';
import { type EveryRound, everyRound } from './every-round.js';
import { repeatedCriteria } from './repeated-criteria.js';
import { repeatedCriterionSentence } from './repeated-criterion-sentence.js';
import { type Decided, winningVerdict } from './winning-verdict.js';

/**
 * What the runs of a repeated experiment show together. Fewer than five exit with their worst; from five on the interval
 * of each criterion decides, unless a run ended in a way that no other run can outweigh.
 */
export const judgeRepeat: Fold<EveryRound, RepeatResults, CampaignEvent> = {
  ...everyRound,
  result({ facts, rounds }) {
    const common = campaignCommonOf(facts, 'repeat');
    const times = Number(facts.started?.settings['times']);
    const counted = rounds.filter(counts);
    const held = counted.filter(({ verdict }) => verdict === 'held').length;
    const criteria = repeatedCriteria(counted);
    return {
      ...common,
      ...verdictOf(common, rounds, criteria, { counted: counted.length, held }),
      times,
      counted: counted.length,
      notInjected: rounds.filter(isNotInjected).length,
      heldShare: {
        value: counted.length === 0 ? null : held / counted.length,
        interval: wilsonInterval(held, counted.length),
      },
      criteria,
      rounds,
    };
  },
};

/** A run that an abort condition ended counts, and deviated: the condition was met by the system. */
function counts(round: RoundSummary): boolean {
  const { scenarios, stoppedBy, verdict } = round;
  const wasCutShort = stoppedBy !== null && verdict !== 'deviated';
  return scenarios.some(({ triggered }) => triggered) && !wasCutShort && !isNotInjected(round);
}

/** A run with a fault that was not confirmed or never met says nothing about the experiment as it was planned. */
function isNotInjected({ scenarios }: RoundSummary): boolean {
  return scenarios.some(({ triggered, injected }) => triggered && !injected);
}

function verdictOf(
  common: CampaignCommon<'repeat'>,
  rounds: readonly RoundSummary[],
  criteria: readonly RepeatedCriterion[],
  { counted, held }: { readonly counted: number; readonly held: number },
): Decided {
  const { verdict, reason, roundsRun } = common;
  if (roundsRun < fewestRuns) return { verdict, reason };
  const winner = winningVerdict(common);
  if (winner !== null) return winner;
  const aborted = rounds.filter((round) => round.verdict === 'deviated' && round.stoppedBy !== null);
  if (aborted.length > 0) {
    return {
      verdict: 'deviated',
      reason: `${aborted.length} of ${roundsRun} runs were stopped early: ${aborted[0]?.stoppedBy}`,
    };
  }
  if (counted === 0) {
    if (rounds.some(isNotInjected))
      return { verdict: 'not-injected', reason: `none of ${roundsRun} runs was injected: ${reason}` };
    return { verdict: 'inconclusive', reason };
  }
  const beside = `${held} of ${counted} runs held`;
  for (const decided of ['deviated', 'inconclusive'] as const) {
    const those = criteria.filter((criterion) => criterion.verdict === decided);
    if (those.length > 0)
      return { verdict: decided, reason: `${those.map(repeatedCriterionSentence).join('; ')}; ${beside}` };
  }
  return { verdict: 'held', reason: `${criteria.map(repeatedCriterionSentence).join('; ')}; ${beside}` };
}
