import type { RoundSummary } from '../../model/round-summary.js';
import { categoryOf } from '../../model/scenario-type.js';
import type { SuiteRun, TestRun } from '../../model/suite.js';

/** A round of a suite that was run to its end. */
export interface SuiteRound extends RoundSummary {
  readonly suite: SuiteRun;
}

/** The scenario of a round; null for one without chaos. */
export function scenarioOf({ scenarios }: RoundSummary): string | null {
  return scenarios[0]?.name ?? null;
}

/** Those of which it is known what the command showed. */
export function shownRounds(rounds: readonly RoundSummary[]): readonly SuiteRound[] {
  return rounds.filter((round): round is SuiteRound => round.suite !== undefined);
}

/** True when the fault was confirmed and met: only then did a test have something to notice. */
export function isInjected({ scenarios }: RoundSummary): boolean {
  return scenarios.some(({ injected }) => injected);
}

/**
 * Whether a failure is the runner's doing: its own code broke, or the time of a test was over under a fault on what the
 * runner shares with the test, time and this machine.
 */
export function isOfHarness({ blame }: TestRun, { scenarios }: RoundSummary): boolean {
  if (blame === 'harness') return true;
  const category = scenarios[0] === undefined ? null : categoryOf(scenarios[0].type);
  return blame === 'time-limit' && (category === 'time' || category === 'resource');
}
