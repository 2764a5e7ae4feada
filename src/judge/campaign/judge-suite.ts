import type { CampaignEvent } from '../../model/campaign-events.js';
import type {
  CountedRecommendation,
  SuiteResults,
  SuiteScenario,
  SuiteTest,
} from '../../model/campaign-results.js';
import type { Fold } from '../../model/fold.js';
import type { RoundSummary } from '../../model/round-summary.js';
import { commandText } from '../../model/command-text.js';
import { verdictsWorstFirst } from '../../model/verdict.js';
import { type CampaignCommon, campaignCommonOf } from './campaign-facts.js';
import { type EveryRound, everyRound } from './every-round.js';
import { isInjected, scenarioOf, shownRounds, type SuiteRound } from './suite-rounds.js';
import { suiteScenario } from './suite-scenario.js';
import { type SuiteSettings, suiteSettingsOf } from './suite-settings.js';
import { suiteTests } from './suite-tests.js';
import type { Decided } from './winning-verdict.js';

/** What a test suite showed without chaos and under it, test by test and scenario by scenario. */
export const judgeSuite: Fold<EveryRound, SuiteResults, CampaignEvent> = {
  ...everyRound,
  result({ facts, rounds }) {
    const common = campaignCommonOf(facts, 'suite');
    const settings = suiteSettingsOf(facts.started?.settings ?? {});
    const shown = shownRounds(rounds);
    const undisturbed = shown.filter((round) => scenarioOf(round) === null);
    const working = undisturbed.filter(({ suite }) => suite.problem === null);
    const counted = shown.filter((round) => isInjected(round) && round.suite.problem === null);
    const tests = suiteTests(working, counted);
    const byScenario = settings.scenarios.map((scenario) =>
      suiteScenario({ scenario, rounds, tests, leastPassRate: settings.passRate }),
    );
    const outcome = outcomeOf(undisturbed, tests);
    return {
      ...common,
      ...verdictOf({ common, settings, rounds, undisturbed, outcome, byScenario }),
      recommendations: adviceOf(tests, byScenario),
      command: commandText(settings.command),
      report: shown[0]?.suite.report ?? null,
      outcome,
      undisturbedRuns: undisturbed.length,
      tests,
      byScenario,
      rounds,
    };
  },
};

/** A problem in any run without chaos keeps all others from being compared with it. */
function outcomeOf(undisturbed: readonly SuiteRound[], tests: readonly SuiteTest[]): SuiteResults['outcome'] {
  const problem = undisturbed.find(({ suite }) => suite.problem !== null)?.suite.problem;
  if (problem !== undefined && problem !== null) return problem.kind;
  return tests.some(({ standing }) => standing === 'fails-always') ? 'red' : 'ran';
}

interface Judged {
  readonly common: CampaignCommon<'suite'>;
  readonly settings: SuiteSettings;
  readonly rounds: readonly RoundSummary[];
  readonly undisturbed: readonly SuiteRound[];
  readonly outcome: SuiteResults['outcome'];
  readonly byScenario: readonly SuiteScenario[];
}

function verdictOf({ common, settings, rounds, undisturbed, outcome, byScenario }: Judged): Decided {
  const { verdict, reason, stoppedBy } = common;
  if (verdict === 'leaked' || verdict === 'interrupted') return { verdict, reason };
  const first = rounds[0];
  if (first === undefined) return { verdict: 'inconclusive', reason };
  if (undisturbed.length === 0) return { verdict: first.verdict, reason: first.reason };
  if (outcome !== 'ran') return { verdict: 'not-steady', reason: notSteadyReason(outcome, undisturbed) };
  if (stoppedBy !== null) return { verdict: 'inconclusive', reason: `stopped early: ${stoppedBy.detail}` };
  return worstScenario(byScenario, settings.isAsked);
}

function notSteadyReason(outcome: SuiteResults['outcome'], undisturbed: readonly SuiteRound[]): string {
  if (outcome === 'red') {
    const failing = undisturbed[0]?.suite.tests.find(({ outcome: of }) => of === 'failed');
    return `red without chaos: ${failing?.id}: ${failing?.message ?? 'failed'}`;
  }
  const detail = undisturbed.find(({ suite }) => suite.problem !== null)?.suite.problem?.detail;
  return `${outcome}, without chaos: ${detail}`;
}

/** What was chosen by chaosx and not met is left out, and said; unless nothing was. What was asked for must have been met. */
function worstScenario(byScenario: readonly SuiteScenario[], isAsked: boolean): Decided {
  const reached = byScenario.filter(({ verdict }) => verdict !== 'not-injected');
  const judged = isAsked || reached.length === 0 ? byScenario : reached;
  for (const verdict of verdictsWorstFirst) {
    const those = judged.filter((each) => each.verdict === verdict);
    if (those.length === 0) continue;
    const [worst] = those;
    if (verdict === 'held') return { verdict, reason: heldReason(those) };
    const more = those.length === 1 ? '' : ` (and ${those.length - 1} more ${verdict})`;
    return { verdict, reason: `${worst?.scenario}: ${worst?.reason}${more}` };
  }
  return { verdict: 'inconclusive', reason: 'no scenario was run' };
}

function heldReason(held: readonly SuiteScenario[]): string {
  const unnoticed = held.filter((each) => each.unnoticed).length;
  const weak = unnoticed === 0 ? '' : `; no test noticed ${unnoticed} of them`;
  return `the pass rate held under ${held.length} scenario${held.length === 1 ? '' : 's'}${weak}`;
}

/** One for all: where nothing is noticed, a line a scenario would bury the others. */
function unnoticedAdvice(byScenario: readonly SuiteScenario[]): readonly CountedRecommendation[] {
  const weak = byScenario.filter(({ unnoticed }) => unnoticed);
  if (weak.length === 0) return [];
  const names = weak.map(({ scenario, met }) => (met === null ? scenario : `${scenario} (met ${met}×)`));
  const text = `no test failed under ${names.join(', ')}. Where users would notice, add a test that does`;
  return [{ text, rounds: weak.reduce((sum, { counted }) => sum + counted, 0) }];
}

function adviceOf(
  tests: readonly SuiteTest[],
  byScenario: readonly SuiteScenario[],
): readonly CountedRecommendation[] {
  const flaky = tests.filter(({ standing }) => standing === 'flaky');
  return [
    ...unnoticedAdvice(byScenario),
    ...flaky.map(({ id, undisturbed: { failed, runs } }) => ({
      text: `${id}: it fails without chaos, in ${failed} of ${runs} runs. Mend it first: what it says under chaos counts for nothing`,
      rounds: failed,
    })),
    ...byScenario.flatMap(({ scenario, harness: { hung = 0 }, runs }) => {
      if (hung === 0) return [];
      const text = `${scenario}: the command did not end in ${hung} of ${runs} runs. Give each test a time limit, and close what it opened also where it fails`;
      return [{ text, rounds: hung }];
    }),
    ...byScenario.flatMap(({ scenario, harness, runs }) => {
      const others = Object.entries(harness).filter(([kind]) => kind !== 'hung');
      const broke = others.reduce((sum, [, n]) => sum + n, 0);
      if (broke === 0) return [];
      const text = `${scenario}: the harness broke in ${broke} of ${runs} runs (${others.map(([kind]) => kind).join(', ')}). Aim the scenario at the code under test, by targetComponents or methods`;
      return [{ text, rounds: broke }];
    }),
  ];
}
