import { judgeSuite } from '../src/judge/campaign/judge-suite.js';
import type { CampaignEvent } from '../src/model/campaign-events.js';
import type { SuiteResults } from '../src/model/campaign-results.js';
import { foldAll } from '../src/model/fold.js';
import type { RoundSummary } from '../src/model/round-summary.js';
import type { ChaosScenarioType } from '../src/model/scenario-type.js';
import type { SuiteProblem, TestBlame, TestRun } from '../src/model/suite.js';
import type { Verdict } from '../src/model/verdict.js';

/** One run of a made-up suite; what is left out goes well. */
export interface SuiteStory {
  /** Default: without chaos. */
  readonly scenario?: string;
  readonly type?: ChaosScenarioType;
  /** Ids of the tests that failed. */
  readonly failed?: readonly string[];
  readonly blame?: TestBlame;
  /** Default: `strong`, `weak` and `flaky`. */
  readonly tests?: readonly string[];
  readonly problem?: SuiteProblem;
  /** Default: confirmed and met. */
  readonly injected?: boolean;
  readonly verdict?: Verdict;
}

const startedAt = '2026-11-23T10:00:00.000Z';

/** A run as its campaign sums it up. */
function suiteRoundOf(number: number, story: SuiteStory = {}): RoundSummary {
  const { scenario, type = 'EXCEPTION_INJECTION', failed = [], injected = true, problem = null } = story;
  const { tests = ['strong', 'weak', 'flaky'] } = story;
  const name = scenario ?? 'undisturbed';
  const verdict = story.verdict ?? (injected ? (failed.length === 0 ? 'held' : 'deviated') : 'not-injected');
  const reason = injected ? 'the pass rate was 100 %' : 'the target never met the fault: 0 calls hit';
  return {
    runId: `run-${number}`,
    experiment: 'shop',
    folder: `rounds/${String(number).padStart(4, '0')}-${name.replaceAll('_', '-')}`,
    seed: 1_000 + number,
    startedAt,
    durationSeconds: 2,
    verdict,
    reason,
    stoppedBy: null,
    scenarios:
      scenario === undefined
        ? []
        : [
            {
              name: scenario,
              type,
              severity: 3,
              triggered: true,
              verdict,
              reason,
              injected,
              recovered: null,
              recoveryTimeSeconds: null,
              offered: tests.length,
              failed: failed.length,
              harvest: 1,
              availabilityByTime: null,
              availabilityBySamples: null,
              longestOutageMs: 0,
              p95BeforeMs: null,
              p95DuringMs: 12,
              probes: [],
            },
          ],
    criteria: [],
    samples: { offered: tests.length, failed: failed.length },
    recommendations: [],
    suite: {
      report: 'tap',
      exitCode: failed.length === 0 ? 0 : 1,
      problem,
      tests: problem === null ? tests.map((id) => testRunOf(id, failed, story.blame ?? 'project')) : [],
      exposure: scenario === undefined ? 'none' : 'counted',
      met: scenario === undefined ? null : injected ? 3 : 0,
      leftProcesses: 0,
    },
  };
}

function testRunOf(id: string, failed: readonly string[], blame: TestBlame): TestRun {
  if (!failed.includes(id)) return { id, outcome: 'passed', durationMs: 5, message: null, blame: null };
  return { id, outcome: 'failed', durationMs: 5, message: 'fetch failed', blame };
}

export interface SuiteEventsOptions {
  readonly scenarios?: readonly string[];
  readonly isAsked?: boolean;
  readonly passRate?: number;
}

/** The events of a suite over the runs. */
function suiteEvents(
  stories: readonly SuiteStory[],
  { scenarios, isAsked = true, passRate = 0.95 }: SuiteEventsOptions = {},
): readonly CampaignEvent[] {
  const named = stories.flatMap(({ scenario }) => scenario ?? []);
  return [
    {
      type: 'campaign-started',
      t: 0,
      formatVersion: 1,
      kind: 'suite',
      campaignId: 'suite-2026-11-23T10-00-00-000Z',
      name: 'shop',
      target: 'shop',
      hypothesis: 'the tests pass',
      seed: 42,
      startedAt,
      environment: { chaosx: '0.1.0', node: 'v20.20.2', platform: 'linux x64' },
      settings: {
        command: ['npm', 'test'],
        cwd: '/shop',
        report: 'auto',
        dependencies: {},
        scenarios: scenarios ?? [...new Set(named)],
        isAsked,
        repeats: 5,
        undisturbed: 2,
        passRate,
      },
    },
    ...stories.map(
      (story, round): CampaignEvent => ({
        type: 'round-ended',
        t: (round + 1) * 2_000,
        round,
        summary: suiteRoundOf(round, story),
      }),
    ),
    { type: 'campaign-ended', t: stories.length * 2_000 },
  ];
}

/** What such a suite is judged to be. */
export function judgedSuite(stories: readonly SuiteStory[], options: SuiteEventsOptions = {}): SuiteResults {
  return foldAll(judgeSuite, suiteEvents(stories, options));
}

const times = <T>(n: number, one: T): readonly T[] => Array.from({ length: n }, () => one);

/** One of each: a test that notices, one that does not, one that is flaky; a scenario that nobody notices, one that is not met. */
export const mixedSuite: readonly SuiteStory[] = [
  ...times(6, {}),
  { failed: ['flaky'] },
  ...times(5, { scenario: 'random_exceptions', failed: ['strong'] }),
  ...times(5, { scenario: 'high_latency', type: 'NETWORK_LATENCY' as const }),
  ...times(5, { scenario: 'dns_failure', type: 'DNS_FAILURE' as const, injected: false }),
];
