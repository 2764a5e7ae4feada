import type { SuiteTest, TestStanding, TestTally, TestUnderScenario } from '../../model/campaign-results.js';
import type { TestRun } from '../../model/suite.js';
import { fewestRuns } from '../statistics/fewest-runs.js';
import { wilsonInterval } from '../statistics/wilson-interval.js';
import { isOfHarness, scenarioOf, type SuiteRound } from './suite-rounds.js';

/**
 * Each test without chaos and under each scenario, worst standing first.
 *
 * @param undisturbed - rounds without chaos in which the harness worked
 * @param counted - rounds whose fault was confirmed and met, and in which the harness worked
 */
export function suiteTests(
  undisturbed: readonly SuiteRound[],
  counted: readonly SuiteRound[],
): readonly SuiteTest[] {
  const before = runsById(undisturbed);
  const under = runsById(counted);
  const ids = [...new Set([...before.keys(), ...under.keys()])];
  return ids.map((id) => testOf(id, before.get(id) ?? [], under.get(id) ?? []));
}

/** One test in one round. */
interface Seen {
  readonly test: TestRun;
  readonly round: SuiteRound;
}

function runsById(rounds: readonly SuiteRound[]): ReadonlyMap<string, readonly Seen[]> {
  const byId = new Map<string, Seen[]>();
  for (const round of rounds)
    for (const test of round.suite.tests) {
      if (test.outcome === 'skipped') continue;
      const known = byId.get(test.id);
      if (known === undefined) byId.set(test.id, [{ test, round }]);
      else known.push({ test, round });
    }
  return byId;
}

function testOf(id: string, before: readonly Seen[], under: readonly Seen[]): SuiteTest {
  const undisturbed = tallyOf(before.length, before.filter(isFailed).length);
  const scenarios = [...new Set(under.map(({ round }) => scenarioOf(round) ?? ''))];
  const failing = scenarios.flatMap((scenario) => {
    const seen = under.filter(({ round }) => scenarioOf(round) === scenario);
    const found = underScenario(scenario, seen, undisturbed);
    return found === null ? [] : [found];
  });
  return { id, standing: standingOf(undisturbed, failing), undisturbed, under: failing };
}

function standingOf({ runs, failed }: TestTally, under: readonly TestUnderScenario[]): TestStanding {
  if (runs === 0) return 'not-seen';
  if (failed === runs) return 'fails-always';
  if (failed > 0) return 'flaky';
  if (under.some((each) => each.failed > 0)) return 'fails-under-chaos';
  return under.length > 0 ? 'harness' : 'passes-always';
}

/** null when it never failed there. */
function underScenario(
  scenario: string,
  seen: readonly Seen[],
  undisturbed: TestTally,
): TestUnderScenario | null {
  const failures = seen.filter(isFailed);
  const [first] = failures;
  if (first === undefined) return null;
  const own = failures.filter(({ test, round }) => !isOfHarness(test, round));
  const harness = failures.length - own.length;
  const tally = tallyOf(seen.length - harness, own.length);
  return {
    scenario,
    ...tally,
    harness,
    certainty: isClear(tally, undisturbed) ? 'clear' : 'unsure',
    message: (own[0] ?? first).test.message ?? '',
    folder: (own[0] ?? first).round.folder,
  };
}

function isClear(tally: TestTally, undisturbed: TestTally): boolean {
  if (tally.interval === null || undisturbed.interval === null) return false;
  return tally.interval.lower > undisturbed.interval.upper;
}

function tallyOf(runs: number, failed: number): TestTally {
  return { runs, failed, interval: runs < fewestRuns ? null : wilsonInterval(failed, runs) };
}

function isFailed({ test }: Seen): boolean {
  return test.outcome === 'failed';
}
