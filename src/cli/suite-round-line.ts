import type { RoundSummary } from '../model/round-summary.js';

/** One line for a run of a suite: under what, and how many of its tests failed. */
export function suiteRoundLine(label: string, { verdict, reason, scenarios, suite }: RoundSummary): string {
  const name = scenarios[0]?.name ?? 'undisturbed';
  return `  ${label}  ${name.padEnd(20)}  ${verdict.padEnd(13)}  ${shownText(suite) ?? reason}\n`;
}

function shownText(suite: RoundSummary['suite']): string | null {
  if (suite === undefined) return null;
  const { tests, problem, met, exposure } = suite;
  const run = tests.filter(({ outcome }) => outcome !== 'skipped');
  const failed = run.filter(({ outcome }) => outcome === 'failed').length;
  const told = problem === null ? `${failed} of ${run.length} failed` : `${problem.kind}: ${problem.detail}`;
  return exposure === 'counted' ? `${told}; met ${met} times` : told;
}
