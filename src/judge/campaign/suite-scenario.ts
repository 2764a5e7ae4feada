import type { RepeatedCriterion, SuiteScenario, SuiteTest } from '../../model/campaign-results.js';
import type { RoundCriterion, RoundSummary } from '../../model/round-summary.js';
import type { SuiteExposure, SuiteProblemKind } from '../../model/suite.js';
import type { Verdict } from '../../model/verdict.js';
import { fewestRuns } from '../statistics/fewest-runs.js';
import { repeatedCriteria } from './repeated-criteria.js';
import { repeatedCriterionSentence } from './repeated-criterion-sentence.js';
import { isInjected, isOfHarness, scenarioOf, shownRounds, type SuiteRound } from './suite-rounds.js';
import type { Decided } from './winning-verdict.js';

export interface ScenarioInput {
  readonly scenario: string;
  /** All rounds of the suite that ended. */
  readonly rounds: readonly RoundSummary[];
  readonly tests: readonly SuiteTest[];
  /** Least share of tests that pass, 0–1. */
  readonly leastPassRate: number;
}

/** How the suite did under one scenario: over the runs whose fault was confirmed and met, and in which its harness worked. */
export function suiteScenario({ scenario, rounds, tests, leastPassRate }: ScenarioInput): SuiteScenario {
  const all = rounds.filter((round) => scenarioOf(round) === scenario);
  const injected = shownRounds(all.filter(isInjected));
  const counted = injected.filter(({ suite }) => suite.problem === null);
  const broken = injected.filter(({ suite }) => suite.problem !== null);
  const unusable = new Set(
    tests.filter(({ standing }) => standing === 'flaky' || standing === 'not-seen').map(({ id }) => id),
  );
  const noticedBy = tests
    .filter(
      ({ id, under }) =>
        !unusable.has(id) && under.some((each) => each.scenario === scenario && each.failed > 0),
    )
    .map(({ id }) => id);
  const passRate = passRateOf(scenario, counted, unusable, leastPassRate);
  const harness = countProblems(broken);
  const facts = { runs: all.length, counted: counted.length, notInjected: all.length - injected.length };
  return {
    scenario,
    ...facts,
    harness,
    ...exposureOf(counted),
    noticedBy,
    unnoticed: counted.length > 0 && noticedBy.length === 0 && broken.length === 0,
    passRate,
    ...verdictOf(all, facts, harness, passRate),
  };
}

function passRateOf(
  scenario: string,
  counted: readonly SuiteRound[],
  unusable: ReadonlySet<string>,
  limit: number,
): RepeatedCriterion | null {
  const summaries = counted.map((round) => {
    const tests = round.suite.tests.filter(
      (test) => test.outcome !== 'skipped' && !unusable.has(test.id) && !isOfHarness(test, round),
    );
    const passed = tests.filter(({ outcome }) => outcome === 'passed').length;
    const observed = tests.length === 0 ? null : passed / tests.length;
    const criterion: RoundCriterion = {
      name: 'passRate',
      scenario,
      probe: 'tests',
      limit,
      limitIs: 'least',
      observed,
      held: observed === null ? null : observed >= limit,
    };
    return { ...round, criteria: [criterion] };
  });
  return repeatedCriteria(summaries)[0] ?? null;
}

function countProblems(broken: readonly SuiteRound[]): Readonly<Partial<Record<SuiteProblemKind, number>>> {
  const counts = new Map<SuiteProblemKind, number>();
  for (const { suite } of broken)
    if (suite.problem !== null) counts.set(suite.problem.kind, (counts.get(suite.problem.kind) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function exposureOf(counted: readonly SuiteRound[]): {
  readonly exposure: SuiteExposure;
  readonly met: number | null;
} {
  const exposure = counted[0]?.suite.exposure ?? 'none';
  if (exposure !== 'counted') return { exposure, met: null };
  return { exposure, met: counted.reduce((sum, { suite }) => sum + (suite.met ?? 0), 0) };
}

/** Worst first. */
const outOfOrder: readonly Verdict[] = ['leaked', 'interrupted'];

function verdictOf(
  all: readonly RoundSummary[],
  { counted, notInjected, runs }: Pick<SuiteScenario, 'counted' | 'notInjected' | 'runs'>,
  harness: SuiteScenario['harness'],
  passRate: RepeatedCriterion | null,
): Decided {
  const worst = outOfOrder
    .map((verdict) => all.find((round) => round.verdict === verdict))
    .find((round) => round !== undefined);
  if (worst !== undefined) return { verdict: worst.verdict, reason: worst.reason };
  const rate = passRate === null || counted === 0 ? null : rateVerdict(passRate);
  if (rate?.verdict === 'deviated') return rate;
  const hung = harness.hung ?? 0;
  if (hung > 0)
    return {
      verdict: 'deviated',
      reason: `the command did not end in ${hung} of ${runs} runs: its tests have no time limit that holds`,
    };
  if (notInjected === runs && runs > 0) {
    const decisive = all.find((round) => round.verdict === 'not-injected') ?? all[0];
    const verdict = decisive?.verdict === 'not-injected' ? 'not-injected' : 'inconclusive';
    return { verdict, reason: decisive?.scenarios[0]?.reason ?? '' };
  }
  const broke = Object.values(harness).reduce((sum, n) => sum + n, 0);
  if (broke > 0) {
    const what = Object.keys(harness).join(', ');
    return {
      verdict: 'inconclusive',
      reason: `the harness broke in ${broke} of ${runs} runs (${what}), and said nothing of its tests`,
    };
  }
  return (
    rate ?? {
      verdict: 'inconclusive',
      reason: runs === 0 ? 'it was not run' : 'no test was run that is not flaky',
    }
  );
}

/** Fewer than five runs are as good as the worst of them. */
function rateVerdict(passRate: RepeatedCriterion): Decided | null {
  const { n, observed, limit, verdict } = passRate;
  if (n === 0) return null;
  const reason = repeatedCriterionSentence(passRate);
  if (n >= fewestRuns) return { verdict, reason };
  const holds = observed.every((value) => value !== null && value >= limit);
  return { verdict: holds ? 'held' : 'deviated', reason };
}
