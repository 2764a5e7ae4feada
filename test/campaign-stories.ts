import { judgeCampaign } from '../src/judge/campaign/judge-campaign.js';
import { defaultMargins } from '../src/judge/comparison/compared-kinds.js';
import type { CompareSettings } from '../src/judge/comparison/compare-settings.js';
import { type CampaignEvent, campaignKinds } from '../src/model/campaign-events.js';
import type {
  CampaignResults,
  ContinuousResults,
  DailyComparison,
  DailyResults,
  GamedayResults,
  RepeatResults,
} from '../src/model/campaign-results.js';
import type { Side } from '../src/model/comparison.js';
import { foldAll } from '../src/model/fold.js';
import type { RoundScenario, RoundSummary } from '../src/model/round-summary.js';
import type { Verdict } from '../src/model/verdict.js';
import { hostile } from './report-stories.js';
import { judgedSuite, mixedSuite } from './suite-stories.js';

/** How one round of a made-up campaign went; what is left out goes well. */
interface RoundStory {
  readonly name?: string;
  readonly verdict?: Verdict;
  readonly reason?: string;
  readonly failed?: number;
  readonly recoverySeconds?: number | null;
  readonly p95DuringMs?: number;
  readonly injected?: boolean;
  readonly atSeconds?: number;
  readonly experiment?: string;
}

const startedAt = '2026-11-23T10:00:00.000Z';
const offered = 200;

/** A round as a campaign sums it up. */
export function roundOf(number: number, story: RoundStory = {}): RoundSummary {
  const { name = 'high_latency', verdict = 'held', failed = 0, recoverySeconds = 1.2 } = story;
  const { p95DuringMs = 420, injected = true, atSeconds = number * 40 } = story;
  const reason = story.reason ?? 'all 2 criteria held; closest to its limit: p95 was 420 ms, limit 500 ms';
  const share = injected ? (offered - failed) / offered : null;
  const seen = {
    offered: injected ? offered : 0,
    failed,
    harvest: injected ? 1 : null,
    availabilityByTime: share,
    availabilityBySamples: share,
  };
  const scenario: RoundScenario = {
    name,
    type: 'NETWORK_LATENCY',
    severity: 3,
    triggered: true,
    verdict,
    reason,
    injected,
    recovered: injected ? recoverySeconds !== null : null,
    recoveryTimeSeconds: injected ? recoverySeconds : null,
    ...seen,
    longestOutageMs: failed * 50,
    p95BeforeMs: 18,
    p95DuringMs: injected ? p95DuringMs : null,
    probes: [
      {
        probe: 'checkout',
        ...seen,
        triangle: { loss: 1 - (share ?? 1), robustness: 0.8, rapidityPerSecond: 0.2 },
        withinRun: { lower: 0.93, upper: 0.99, level: 0.95, method: 'block bootstrap inside one run' },
      },
    ],
  };
  return {
    runId: `run-${number}`,
    experiment: story.experiment ?? 'Checkout survives a slow inventory',
    folder: `rounds/${String(number).padStart(4, '0')}-${name.replaceAll('_', '-')}`,
    seed: 1_000 + number,
    startedAt: new Date(Date.parse(startedAt) + atSeconds * 1_000).toISOString(),
    durationSeconds: 34.5,
    verdict,
    reason: `${name}: ${reason}`,
    stoppedBy: null,
    scenarios: [scenario],
    criteria: [],
    samples: { offered: offered + 120, failed },
    recommendations:
      verdict === 'held'
        ? []
        : [`${name}: p95 rose to ${p95DuringMs} ms: add a timeout below 1 s and a fallback`],
  };
}

const common = {
  name: 'Checkout survives a slow inventory',
  target: 'checkout',
  hypothesis: 'Checkout answers in under a second',
  seed: 42,
  startedAt,
  stoppedBy: null,
  skipped: [],
  environment: { chaosx: '0.1.0', node: 'v20.20.2', platform: 'linux x64' },
} as const;

function counted(rounds: readonly RoundSummary[]): Pick<CampaignResults, 'roundsRun' | 'roundsByVerdict'> {
  const roundsByVerdict: Partial<Record<Verdict, number>> = {};
  for (const { verdict } of rounds) roundsByVerdict[verdict] = (roundsByVerdict[verdict] ?? 0) + 1;
  return { roundsRun: rounds.length, roundsByVerdict };
}

const advised = [
  { text: 'high_latency: p95 rose to 1980 ms: add a timeout below 1 s and a fallback', rounds: 2 },
] as const;

/** The events of a test of resilience over the rounds. */
export function testerEvents(
  rounds: readonly RoundSummary[],
  { ends = true }: { readonly ends?: boolean } = {},
): readonly CampaignEvent[] {
  const { environment, name, target, hypothesis, seed } = common;
  return [
    {
      type: 'campaign-started',
      t: 0,
      formatVersion: 1,
      kind: 'tester',
      campaignId: 'tester-2026-11-23T10-00-00-000Z',
      name,
      target,
      hypothesis,
      seed,
      startedAt,
      environment,
      settings: {
        probe: 'checkout',
        horizonSeconds: 60,
        targets: {
          meanTimeToRecovery: 30,
          faultToleranceScore: 80,
          availability: 99,
          gracefulDegradation: 80,
        },
        runs: rounds.length,
      },
    },
    ...rounds.map(
      (summary, round): CampaignEvent => ({
        type: 'round-ended',
        t: (round + 1) * 40_000,
        round,
        summary,
      }),
    ),
    ...(ends ? [{ type: 'campaign-ended', t: rounds.length * 40_000 } as const] : []),
  ];
}

const testerRounds = [
  roundOf(0, { failed: 4, recoverySeconds: 1.4 }),
  roundOf(1, { name: 'packet_loss', failed: 0, recoverySeconds: 0.8 }),
  roundOf(2, { failed: 9, recoverySeconds: 2.9 }),
  roundOf(3, { name: 'packet_loss', failed: 1, recoverySeconds: 1.1 }),
  roundOf(4, { verdict: 'deviated', failed: 30, recoverySeconds: 4.2, p95DuringMs: 1_980 }),
  roundOf(5, {
    name: 'packet_loss',
    verdict: 'not-injected',
    injected: false,
    reason: 'never met: 0 chunks',
  }),
  roundOf(6, { failed: 2, recoverySeconds: 1.9 }),
  roundOf(7, { name: 'packet_loss', failed: 0, recoverySeconds: 0.7 }),
  roundOf(8, { failed: 0, recoverySeconds: 2.2 }),
  roundOf(9, { name: 'packet_loss', failed: 3, recoverySeconds: 1 }),
];

function repeat(): RepeatResults {
  const rounds = [980, 1_040, 870, 1_110, 940, 1_020].map((p95DuringMs, i) =>
    roundOf(i, { p95DuringMs, verdict: p95DuringMs > 1_000 ? 'deviated' : 'held', failed: i }),
  );
  return {
    ...common,
    kind: 'repeat',
    campaignId: 'repeat-2026-11-23T10-00-00-000Z',
    durationSeconds: 240,
    verdict: 'inconclusive',
    reason: 'maxResponseMs of high_latency is too near to its limit; about 14 more runs would decide',
    ...counted(rounds),
    recommendations: advised,
    times: 6,
    counted: 6,
    notInjected: 0,
    heldShare: { value: 0.5, interval: { lower: 0.188, upper: 0.812, level: 0.95, method: 'Wilson' } },
    criteria: [
      {
        name: 'maxResponseMs',
        scenario: 'high_latency',
        probe: 'checkout',
        limit: 1_000,
        limitIs: 'most',
        observed: [980, 1_040, 870, 1_110, 940, 1_020],
        mean: 993,
        n: 6,
        interval: { lower: 902, upper: 1_085, level: 0.95, method: 't over 6 runs' },
        verdict: 'inconclusive',
        runsToDecide: 14,
      },
      {
        name: 'passRate',
        scenario: 'high_latency',
        probe: 'checkout',
        limit: 0.95,
        limitIs: 'least',
        observed: [1, 0.995, 0.99, 0.985, 0.98, 0.975],
        mean: 0.9875,
        n: 6,
        interval: { lower: 0.978, upper: 0.997, level: 0.95, method: 't over 6 runs' },
        verdict: 'held',
        runsToDecide: null,
      },
      {
        name: 'maxRecoveryTime',
        scenario: 'high_latency',
        probe: null,
        limit: 1,
        limitIs: 'most',
        observed: [1.2, 1.4, null, 1.1, 1.3, 1.2],
        mean: 1.24,
        n: 5,
        interval: { lower: 1.1, upper: 1.38, level: 0.95, method: 't over 5 runs' },
        verdict: 'deviated',
        runsToDecide: null,
      },
      {
        name: 'function',
        scenario: 'high_latency',
        probe: null,
        limit: 0.95,
        limitIs: 'least',
        observed: [1, 1, 0, 1, 1, 1],
        mean: 5 / 6,
        n: 6,
        interval: { lower: 0.436, upper: 0.97, level: 0.95, method: 'Wilson over 6' },
        verdict: 'inconclusive',
        runsToDecide: null,
      },
    ],
    rounds,
  };
}

const hour = 3_600_000;

/** A week: 4,032 rounds, of which results keep a bounded part. */
function continuous(): ContinuousResults {
  const points = 168;
  const trend = Array.from({ length: points }, (_, i) => {
    const bad = i > 60 && i < 72;
    const wave = Math.sin(i / 7);
    return {
      fromMs: i * hour,
      toMs: (i + 1) * hour,
      rounds: 24,
      held: bad ? 9 : 23 + (i % 2),
      meanRecoverySeconds: i === 100 ? null : 1.5 + wave / 2 + (bad ? 6 : 0),
      meanAvailability: i === 100 ? null : 0.993 + wave / 300 - (bad ? 0.04 : 0),
      meanP95DuringMs: 400 + 60 * wave + (bad ? 900 : 0),
    };
  });
  const latest = Array.from({ length: 50 }, (_, i) =>
    roundOf(3_982 + i, {
      name: i % 3 === 0 ? 'packet_loss' : 'high_latency',
      failed: i % 5,
      ...(i === 44 && { verdict: 'deviated', failed: 60, reason: 'the error rate was 30 %, limit 5 %' }),
    }),
  );
  return {
    ...common,
    name: 'Checkout, all week',
    kind: 'continuous',
    campaignId: 'continuous-2026-11-23T10-00-00-000Z',
    durationSeconds: (points * hour) / 1_000,
    verdict: 'deviated',
    reason: 'Checkout, all week: high_latency: the error rate was 30 %, limit 5 % (checkout)',
    stoppedBy: { by: 'error-budget', detail: '0.51 % of all samples failed, 0.5 % are allowed' },
    roundsRun: 4_032,
    roundsByVerdict: { held: 3_790, deviated: 230, 'not-injected': 12 },
    skipped: [{ name: 'cpu_spike', why: 'the machine was busy: load 3.1 of 2 CPUs' }],
    recommendations: [{ ...advised[0], rounds: 230 }],
    resumed: 1,
    leftOut: [{ name: 'disk_full', why: 'no backend makes DISK_FULL on a started process' }],
    trend,
    byScenario: [
      {
        scenario: 'high_latency',
        severity: 3,
        rounds: 2_688,
        held: 2_500,
        deviated: 180,
        medianRecoverySeconds: 1.8,
        meanAvailability: 0.986,
        worst: roundOf(4_026, { verdict: 'deviated', reason: 'the error rate was 30 %, limit 5 %' }),
      },
      {
        scenario: 'packet_loss',
        severity: 2,
        rounds: 1_344,
        held: 1_290,
        deviated: 50,
        medianRecoverySeconds: 0.9,
        meanAvailability: 0.995,
        worst: roundOf(3_100, {
          name: 'packet_loss',
          verdict: 'deviated',
          reason: 'p95 was 2,100 ms, limit 1,000 ms',
        }),
      },
    ],
    errorBudget: { allowed: 0.005, spent: 0.0051 },
    latest,
  };
}

function gameday(): GamedayResults {
  const partition = roundOf(2, {
    name: 'network_partition',
    verdict: 'deviated',
    failed: 120,
    recoverySeconds: 14,
    p95DuringMs: 2_000,
    reason: 'the error rate was 60 %, limit 5 % (checkout)',
    atSeconds: 1_900,
  });
  const rounds = [
    roundOf(0, { atSeconds: 120 }),
    roundOf(1, { name: 'packet_loss', atSeconds: 900 }),
    partition,
  ];
  const person = { go: true, by: 'person', why: '' } as const;
  return {
    ...common,
    name: 'Autumn gameday',
    kind: 'gameday',
    campaignId: 'gameday-2026-11-23T10-00-00-000Z',
    durationSeconds: 3_000,
    verdict: 'deviated',
    reason: 'network_partition: the error rate was 60 %, limit 5 % (checkout)',
    ...counted(rounds),
    skipped: [{ name: 'random_exceptions', why: 'no-go: pager is ringing' }],
    recommendations: [{ ...advised[0], rounds: 1 }],
    asExpected: 2,
    notes: [{ t: 30_000, text: 'Everybody is on the call.' }],
    agenda: [
      {
        round: 0,
        scenario: 'high_latency',
        severity: 3,
        hypothesis: 'Checkout answers in under a second',
        decision: person,
        summary: rounds[0] ?? null,
        skippedWhy: null,
        surprises: [],
        notes: [{ t: 140_000, text: 'Dashboard shows it after 20 s.' }],
      },
      {
        round: 1,
        scenario: 'packet_loss',
        severity: 2,
        hypothesis: 'Nobody notices',
        decision: { go: true, by: 'automatic', why: 'the round before held' },
        summary: rounds[1] ?? null,
        skippedWhy: null,
        surprises: [],
        notes: [],
      },
      {
        round: 2,
        scenario: 'network_partition',
        severity: 5,
        hypothesis: 'Prices come from the cache',
        decision: person,
        summary: partition,
        skippedWhy: null,
        surprises: [
          'expected: Prices come from the cache; 60 % of the answers failed',
          'it took 14 s to come back, five times as long as the rounds before',
        ],
        notes: [
          { t: 1_930_000, text: 'No alert yet.' },
          { t: 2_100_000, text: 'Alert came three minutes late.' },
        ],
      },
      {
        round: 3,
        scenario: 'random_exceptions',
        severity: 4,
        hypothesis: '',
        decision: { go: false, by: 'person', why: 'pager is ringing' },
        summary: null,
        skippedWhy: 'no-go: pager is ringing',
        surprises: [],
        notes: [],
      },
    ],
  };
}

const quiet: DailyComparison['quantities'] = [
  {
    name: 'recoveryTimeSeconds',
    today: 1.2,
    days: 12,
    expected: { lower: 0.6, upper: 1.9, level: 0.95, method: 'prediction over 12 days' },
    earlierMedian: 1.1,
    regressed: false,
  },
  {
    name: 'availabilityByTime',
    today: 0.99,
    days: 3,
    expected: null,
    earlierMedian: 0.992,
    regressed: false,
  },
];

function daily(): DailyResults {
  const slow = roundOf(1, {
    experiment: 'Search survives packet loss',
    name: 'packet_loss',
    verdict: 'deviated',
    p95DuringMs: 1_480,
    recoverySeconds: 6.2,
  });
  const today = roundOf(0);
  return {
    ...common,
    name: 'Daily chaos',
    kind: 'daily',
    campaignId: 'daily-2026-11-23T10-00-00-000Z',
    durationSeconds: 80,
    verdict: 'deviated',
    reason: 'Search survives packet loss: p95 was 1,480 ms, limit 1,000 ms (search)',
    ...counted([today, slow]),
    recommendations: [{ ...advised[0], rounds: 1 }],
    day: '2026-11-23',
    timeZone: 'Europe/Berlin',
    since: null,
    notes: ['2026-11-20 cannot be read: its results.json is torn'],
    regressed: true,
    notToday: ['Payments survive a partition'],
    comparisons: [
      {
        experiment: today.experiment,
        file: 'chaos/checkout.yaml',
        today,
        earlierDays: 12,
        earlierVerdict: 'held',
        fingerprint: 'a1b2',
        otherVersions: 0,
        verdictRegressed: false,
        quantities: quiet,
        regressed: false,
        why: [],
      },
      {
        experiment: slow.experiment,
        file: 'chaos/search.yaml',
        today: slow,
        earlierDays: 9,
        earlierVerdict: 'held',
        fingerprint: 'c3d4',
        otherVersions: 2,
        verdictRegressed: true,
        quantities: [
          {
            name: 'recoveryTimeSeconds',
            today: 6.2,
            days: 9,
            expected: { lower: 0.4, upper: 2.2, level: 0.95, method: 'prediction over 9 days' },
            earlierMedian: 1,
            regressed: true,
          },
          {
            name: 'p95DuringMs',
            today: 1_480,
            days: 9,
            expected: { lower: 380, upper: 640, level: 0.95, method: 'prediction over 9 days' },
            earlierMedian: 470,
            regressed: true,
          },
          { name: 'longestOutageMs', today: 0, days: 2, expected: null, earlierMedian: 0, regressed: false },
        ],
        regressed: true,
        why: [
          'held before, deviated today',
          'time to recovery 6.2 s, expected at most 2.2 s',
          'p95 while active 1,480 ms, expected at most 640 ms',
        ],
      },
    ],
  };
}

/** The events of a comparison: runs of a base, then runs of its head. */
function compareEvents(
  base: readonly RoundSummary[],
  head: readonly RoundSummary[],
  same: string | null = null,
): readonly CampaignEvent[] {
  const { environment, target, hypothesis, seed } = common;
  const of = (side: Side) => (summary: RoundSummary) => ({ side, summary });
  const rounds = [...base.map(of('base')), ...head.map(of('head'))];
  const settings: CompareSettings = {
    base: { label: 'origin/main', commit: '1f0c7a4be2d84e0a9b6d2f3a5c8e7d6b4a3c2e1f' },
    head: { label: 'HEAD', commit: '9d3b5e7f1a2c4d6e8f0a1b3c5d7e9f1a2b4c6d8e' },
    margins: defaultMargins,
    order: rounds.map(({ side }) => side),
    same,
    notes: [],
  };
  return [
    {
      type: 'campaign-started',
      t: 0,
      formatVersion: 1,
      kind: 'compare',
      campaignId: 'compare-2026-11-23T10-00-00-000Z',
      name: 'Checkout survives a slow inventory',
      target,
      hypothesis,
      seed,
      startedAt,
      environment,
      settings: { ...settings },
    },
    ...rounds.map(
      ({ summary }, round): CampaignEvent => ({
        type: 'round-ended',
        t: (round + 1) * 40_000,
        round,
        summary: { ...summary, folder: `rounds/${String(round).padStart(4, '0')}-base` },
      }),
    ),
    { type: 'campaign-ended', t: rounds.length * 40_000 },
  ];
}

/** Five runs of two scenarios that vary a little. */
function comparedRounds(latency: RoundStory, loss: RoundStory): readonly RoundSummary[] {
  return [0, 1, 2, 3, 4].flatMap((i) => [
    roundOf(2 * i, { p95DuringMs: 410 + 5 * i, ...latency }),
    roundOf(2 * i + 1, { name: 'packet_loss', recoverySeconds: 0.5 + 0.6 * i, ...loss }),
  ]);
}

/** One campaign of each kind, and ways in which they end badly. */
export const campaignStories: Readonly<Record<string, CampaignResults>> = {
  tester: foldAll(judgeCampaign, testerEvents(testerRounds)),
  'tester that held': foldAll(
    judgeCampaign,
    testerEvents(Array.from({ length: 20 }, (_, i) => roundOf(i, { recoverySeconds: 1 + i / 20 }))),
  ),
  'tester that died': foldAll(judgeCampaign, testerEvents(testerRounds.slice(0, 2), { ends: false })),
  'tester without rounds': foldAll(judgeCampaign, testerEvents([])),
  'tester that leaked': foldAll(
    judgeCampaign,
    testerEvents([roundOf(0), roundOf(1, { verdict: 'leaked', reason: 'a toxic was left behind' })]),
  ),
  'tester not recovered': foldAll(
    judgeCampaign,
    testerEvents([roundOf(0), roundOf(1, { verdict: 'not-recovered', recoverySeconds: null })]),
  ),
  repeat: repeat(),
  continuous: continuous(),
  'continuous without rounds': {
    ...continuous(),
    ...counted([]),
    verdict: 'inconclusive',
    reason: 'no round was run',
    trend: [],
    byScenario: [],
    latest: [],
    errorBudget: null,
  },
  gameday: gameday(),
  compare: foldAll(
    judgeCampaign,
    compareEvents(comparedRounds({}, {}), comparedRounds({ failed: 40, p95DuringMs: 1_980 }, {})),
  ),
  'compare not worse': foldAll(
    judgeCampaign,
    compareEvents(comparedRounds({}, { recoverySeconds: 1 }), comparedRounds({}, { recoverySeconds: 1 })),
  ),
  'compare of one commit': foldAll(judgeCampaign, compareEvents([], [], 'both are commit 1f0c7a4be2')),
  daily: daily(),
  'daily that held and got worse': {
    ...daily(),
    verdict: 'held',
    reason: 'all held',
    roundsByVerdict: { held: 2 },
  },
  'daily without earlier days': {
    ...daily(),
    verdict: 'held',
    reason: 'all held',
    regressed: false,
    ...counted([roundOf(0)]),
    comparisons: daily().comparisons.slice(0, 1),
    notToday: [],
    recommendations: [],
  },
  suite: judgedSuite(mixedSuite),
};

/** Names of stories in which much can be seen: one a kind. */
export const kinds: readonly string[] = campaignKinds;

/** A campaign in which every text that is not ours is hostile; names of verdicts, kinds and criteria are ours. */
export function hostileCampaign(kind: string): CampaignResults {
  const poison = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(poison);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        key,
        free.has(key) ? hostileLike(one) : key === 'name' && 'unit' in value ? one : poison(one),
      ]),
    );
  };
  return poison(campaignStories[kind]) as CampaignResults;
}

function hostileLike(value: unknown): unknown {
  if (typeof value === 'string') return hostile;
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
    ? value.map(() => hostile)
    : value;
}

/** Names of fields that hold free text. */
const free = new Set(
  (
    'experiment target hypothesis reason runId campaignId detail text why scenario fault probe folder recommendations ' +
    'surprises skippedWhy node platform chaosx method notToday file day startedAt id message noticedBy command'
  ).split(' '),
);
