import type { RoundSummary } from '../../model/round-summary.js';
import type { Verdict } from '../../model/verdict.js';
import type { CampaignCase } from './document.js';

const failures: readonly Verdict[] = ['deviated', 'not-recovered', 'leaked'];

/** What a verdict is to JUnit. */
export function outcomeOf(verdict: Verdict): 'passed' | 'failure' | 'error' {
  if (verdict === 'held') return 'passed';
  return failures.includes(verdict) ? 'failure' : 'error';
}

/** Verdicts of one round that no other round outweighs. */
const winning: readonly Verdict[] = ['leaked', 'interrupted', 'not-recovered', 'not-steady'];

/**
 * A case a round.
 *
 * @param judged - `together`: the rounds are judged as one, so that one that deviated, or was not injected, fails nothing
 */
export function roundCases(
  rounds: readonly RoundSummary[],
  judged: 'together' | 'alone',
): readonly CampaignCase[] {
  return rounds.map(({ verdict, reason, scenarios, durationSeconds }, i) => {
    const names = scenarios.map(({ name }) => name).join(', ');
    const outcome = () => {
      if (judged === 'alone' || winning.includes(verdict)) return outcomeOf(verdict);
      return verdict === 'not-injected' ? 'skipped' : 'passed';
    };
    return {
      name: `round ${i + 1}: ${names}`,
      outcome: outcome(),
      message: `${verdict}: ${reason}`,
      seconds: durationSeconds,
    };
  });
}
