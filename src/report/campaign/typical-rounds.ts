import type { CompareResults, ComparedSide } from '../../model/campaign-results.js';
import type { RoundSummary } from '../../model/round-summary.js';

/** One run of each side that stands for the others. */
export interface TypicalRounds {
  readonly scenario: string;
  readonly base: RoundSummary;
  readonly head: RoundSummary;
}

/** For each scenario the run of either side whose p95 is in the middle, among those that are kept. */
export function typicalRounds({ scenarios, base, head }: CompareResults): readonly TypicalRounds[] {
  return scenarios.flatMap(({ scenario, experiment }) => {
    const pair = [middle(base, scenario, experiment), middle(head, scenario, experiment)] as const;
    const [ofBase, ofHead] = pair;
    return ofBase === null || ofHead === null ? [] : { scenario, base: ofBase, head: ofHead };
  });
}

function middle({ rounds }: ComparedSide, scenario: string, experiment: string): RoundSummary | null {
  // A side with one experiment may call it otherwise.
  const one = new Set(rounds.map((round) => round.experiment)).size === 1;
  const seen = rounds.flatMap((round) => {
    if (round.folder === null || (!one && round.experiment !== experiment)) return [];
    const of = round.scenarios.find(({ name, injected }) => name === scenario && injected);
    return of === undefined ? [] : { round, p95Ms: of.p95DuringMs ?? 0 };
  });
  const sorted = seen.toSorted((a, b) => a.p95Ms - b.p95Ms);
  return sorted[Math.floor((sorted.length - 1) / 2)]?.round ?? null;
}
