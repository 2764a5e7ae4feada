import { rangeText } from '../../judge/campaign/repeated-criterion-sentence.js';
import { formatNumber, formatShare } from '../../judge/quantity.js';
import type {
  SuiteResults,
  SuiteScenario,
  SuiteTest,
  TestStanding,
  TestTally,
  TestUnderScenario,
} from '../../model/campaign-results.js';
import type { Tone } from '../five-answers.js';
import { verdictTone } from '../verdict-tone.js';
import type { CampaignCase, CampaignDocument, Cell, DataTable } from './document.js';
import { outcomeOf, roundCases } from './round-cases.js';
import { type RoundLinks, roundsTable } from './rounds-table.js';
import { linkedFolder } from './linked-folder.js';

/** A suite without chaos, scenario by scenario, and test by test. */
export function suiteDocument(results: SuiteResults, links: RoundLinks): Omit<CampaignDocument, 'answers'> {
  const { tests, byScenario, rounds, undisturbedRuns } = results;
  const broken = tests.filter(({ under }) => under.length > 0);
  return {
    headline: suiteHeadline(results),
    sections: [
      {
        title: 'By scenario',
        notes: [
          'A run counts when its fault was confirmed and met, and its harness worked. The pass rate is over tests that are not flaky and whose runner worked.',
        ],
        figure: {
          kind: 'strips',
          title: 'Pass rate by scenario',
          words: {
            value: 'mean over runs',
            observed: 'one run',
            interval: 'interval',
            limit: 'limit',
            reference: null,
          },
          strips: byScenario.flatMap(({ scenario, passRate, verdict, reason }) => {
            if (passRate === null || passRate.mean === null) return [];
            const { observed, interval, limit, mean } = passRate;
            return {
              label: `${scenario}: ${formatShare(mean)}`,
              unit: '%',
              tone: verdictTone(verdict),
              value: 100 * mean,
              observed: observed.filter((value) => value !== null).map((value) => 100 * value),
              interval:
                interval === null ? null : { lower: 100 * interval.lower, upper: 100 * interval.upper },
              limit: { at: 100 * limit, is: 'least' },
              reference: null,
              sentence: `${scenario}: ${reason}: ${verdict}`,
            };
          }),
        },
        table: byScenario.length === 0 ? null : scenarioTable(byScenario),
        long: false,
      },
      {
        title: 'Tests that failed under chaos',
        notes:
          broken.length === 0
            ? ['None did.']
            : [
                'clear: even the low end of the interval under the scenario lies above the high end without chaos; unsure: too few runs to tell from a test that fails by itself.',
              ],
        figure: null,
        table: broken.length === 0 ? null : failuresTable(broken, links),
        long: false,
      },
      {
        title: 'All tests',
        notes: [`${undisturbedRuns} runs without chaos.`],
        figure: null,
        table: tests.length === 0 ? null : testsTable(tests),
        long: true,
      },
      { title: 'Runs', notes: [], figure: null, table: roundsTable(rounds, links), long: true },
    ],
    cases: [
      ...byScenario.map(scenarioCase),
      ...tests.map(testCase),
      ...roundCases(rounds, 'together').map((each) => ({ ...each, outcome: 'passed' as const })),
    ],
  };
}

/** In one line: how many tests stand how. */
export function suiteHeadline({ tests, byScenario, undisturbedRuns }: SuiteResults): string {
  const counts = standingOrder.flatMap((standing) => {
    const n = tests.filter((test) => test.standing === standing).length;
    return n === 0 ? [] : [`${formatNumber(n)} ${standingWords[standing]}`];
  });
  const unnoticed = byScenario.filter((scenario) => scenario.unnoticed).length;
  const weak = unnoticed === 0 ? '' : `; ${unnoticed} of ${byScenario.length} scenarios noticed by no test`;
  return `${tests.length === 1 ? '1 test' : `${formatNumber(tests.length)} tests`} in ${undisturbedRuns} runs without chaos: ${counts.join(', ') || 'none told'}${weak}`;
}

const standingOrder: readonly TestStanding[] = [
  'passes-always',
  'fails-under-chaos',
  'flaky',
  'harness',
  'fails-always',
  'not-seen',
];

/** What people call the standings. */
export const standingWords: Readonly<Record<TestStanding, string>> = {
  'passes-always': 'pass always',
  'fails-under-chaos': 'fail under chaos',
  flaky: 'flaky without chaos',
  harness: 'broken by the harness alone',
  'fails-always': 'fail always',
  'not-seen': 'not run without chaos',
};

const standingTones: Readonly<Record<TestStanding, Tone>> = {
  'passes-always': 'good',
  'fails-under-chaos': 'bad',
  flaky: 'unsure',
  harness: 'unsure',
  'fails-always': 'bad',
  'not-seen': 'unsure',
};

/** e.g. `4 of 5 (95 %: 38 %–96 %)`. */
export function tallyText({ runs, failed, interval }: TestTally): string {
  const range = interval === null ? '' : ` (${rangeText(interval, formatShare)})`;
  return `${failed} of ${runs}${range}`;
}

/** How the code under test met a fault. */
export function metText({ exposure, met }: SuiteScenario): string {
  switch (exposure) {
    case 'counted':
      return `${formatNumber(met ?? 0)} times`;
    case 'shared':
      return 'shared with the runner';
    case 'unknown':
      return 'not known';
    case 'none':
      return '–';
  }
}

/** Who noticed it, in a few words. */
export function noticedText({ counted, noticedBy, unnoticed }: SuiteScenario): string {
  if (counted === 0) return '–';
  if (unnoticed) return 'no test';
  return noticedBy.length === 1 ? '1 test' : `${noticedBy.length} tests`;
}

/** What kept runs from counting. */
export function leftOutText({ notInjected, harness }: SuiteScenario): string {
  const broke = Object.entries(harness).map(([kind, n]) => `${n} ${kind}`);
  return [...(notInjected === 0 ? [] : [`${notInjected} not injected`]), ...broke].join(', ') || '–';
}

function scenarioTable(byScenario: readonly SuiteScenario[]): DataTable {
  return {
    head: [
      'scenario',
      'verdict',
      'runs that count',
      'left out',
      'met',
      'noticed by',
      'pass rate',
      'what decided it',
    ],
    rows: byScenario.map((each) => {
      const { scenario, verdict, counted, runs, unnoticed, passRate, reason } = each;
      return [
        scenario,
        { text: verdict, tone: verdictTone(verdict) },
        `${counted} of ${runs}`,
        leftOutText(each),
        metText(each),
        unnoticed ? { text: noticedText(each), tone: 'unsure' as const } : noticedText(each),
        passRate?.mean == null ? '–' : formatShare(passRate.mean),
        reason,
      ];
    }),
  };
}

function failuresTable(tests: readonly SuiteTest[], links: RoundLinks): DataTable {
  return {
    head: [
      'test',
      'scenario',
      'failed',
      'without chaos',
      'certainty',
      'of the harness',
      'first failure',
      'run',
    ],
    rows: tests.flatMap(({ id, undisturbed, under }) =>
      under.map((each): readonly Cell[] => [
        id,
        each.scenario,
        tallyText(each),
        tallyText(undisturbed),
        certaintyCell(each),
        String(each.harness),
        each.message,
        linkedFolder(each.folder, links),
      ]),
    ),
  };
}

function certaintyCell({ certainty, failed }: TestUnderScenario): Cell {
  if (failed === 0) return '–';
  return { text: certainty, tone: certainty === 'clear' ? 'bad' : 'unsure' };
}

function testsTable(tests: readonly SuiteTest[]): DataTable {
  return {
    head: ['test', 'standing', 'failed without chaos', 'failed under'],
    rows: tests.map(({ id, standing, undisturbed, under }) => [
      id,
      { text: standingWords[standing], tone: standingTones[standing] },
      tallyText(undisturbed),
      under.map(({ scenario }) => scenario).join(', ') || '–',
    ]),
  };
}

function scenarioCase({ scenario, verdict, reason }: SuiteScenario): CampaignCase {
  return {
    name: `scenario ${scenario}`,
    outcome: verdict === 'not-injected' ? 'skipped' : outcomeOf(verdict),
    message: `${verdict}: ${reason}`,
    seconds: 0,
  };
}

/** A test that fails under chaos is told by its scenario, whose pass rate decides. */
function testCase({ id, standing, under }: SuiteTest): CampaignCase {
  const told = under.map((each) => `${each.scenario}: failed ${tallyText(each)}: ${each.message}`);
  return {
    name: `test ${id}`,
    outcome: standing === 'fails-always' ? 'failure' : standing === 'not-seen' ? 'skipped' : 'passed',
    message: [standingWords[standing], ...told].join('\n'),
    seconds: 0,
  };
}
