import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CampaignEvent, CampaignStopped } from '../../model/campaign-events.js';
import { foldAll } from '../../model/fold.js';
import type { RoundScenario, RoundSummary } from '../../model/round-summary.js';
import type { Verdict } from '../../model/verdict.js';
import type { ContinuousSettings } from './continuous-settings.js';
import { judgeContinuous } from './judge-continuous.js';
import { mostTrendPoints } from './trend.js';

const minute = 60_000;

interface Story {
  readonly verdict?: Verdict;
  readonly scenario?: string;
  readonly recoverySeconds?: number | null;
  readonly availability?: number;
  readonly failed?: number;
  readonly injected?: boolean;
}

const verdictOfFailed = (failed: number): Verdict => (failed === 0 ? 'held' : 'deviated');

function summary(number: number, story: Story): RoundSummary {
  const { failed = 0, scenario: name = 'high_latency', injected = true } = story;
  const verdict = story.verdict ?? verdictOfFailed(failed);
  const scenario: RoundScenario = {
    name,
    type: 'NETWORK_LATENCY',
    severity: name === 'high_latency' ? 2 : 4,
    triggered: true,
    verdict,
    reason: `it ${verdict}`,
    injected,
    recovered: true,
    recoveryTimeSeconds: story.recoverySeconds ?? 1,
    offered: 10,
    failed,
    harvest: 1,
    availabilityByTime: story.availability ?? 1,
    availabilityBySamples: 1 - failed / 10,
    longestOutageMs: 100 * failed,
    p95BeforeMs: 10,
    p95DuringMs: 200,
    probes: [],
  };
  return {
    runId: `run-${number}`,
    experiment: 'Shop',
    folder: `rounds/${number}`,
    seed: number,
    startedAt: '2026-01-01T00:00:00.000Z',
    durationSeconds: 40,
    verdict,
    reason: `it ${verdict}`,
    stoppedBy: null,
    scenarios: [scenario],
    criteria: [],
    samples: { offered: 20, failed },
    recommendations: failed === 0 ? [] : [`p95 rose from 10 ms to 1,${failed}00.5 ms: add a timeout`],
  };
}

const settings: ContinuousSettings = {
  durationMs: 60 * minute,
  intervalMs: minute,
  severityRange: [1, 5],
  errorBudget: null,
  keepRuns: null,
  scenarios: ['high_latency', 'packet_loss'],
  leftOut: [{ name: 'disk_full', why: 'its severity is 5, asked for was 1 to 4' }],
  experiment: {},
};

function started(changes: Partial<ContinuousSettings> = {}): CampaignEvent {
  return {
    type: 'campaign-started',
    t: 0,
    formatVersion: 1,
    kind: 'continuous',
    campaignId: 'continuous-1',
    name: 'Shop',
    target: 'shop',
    hypothesis: '',
    seed: 7,
    startedAt: '2026-01-01T00:00:00.000Z',
    settings: { ...settings, ...changes },
    environment: { chaosx: '0', node: 'v20', platform: 'linux' },
  };
}

function rounds(stories: readonly Story[], from = 0): readonly CampaignEvent[] {
  return stories.flatMap((story, i): readonly CampaignEvent[] => {
    const round = from + i;
    const t = round * minute;
    return [
      {
        type: 'round-started',
        t,
        round,
        name: story.scenario ?? 'high_latency',
        severity: 2,
        hypothesis: '',
      },
      { type: 'round-ended', t: t + 40_000, round, summary: summary(round, story) },
    ];
  });
}

const judged = (...events: readonly CampaignEvent[]) => foldAll(judgeContinuous, events);
const stopped = (by: CampaignStopped['by'], detail: string): CampaignEvent => ({
  type: 'campaign-stopped',
  t: 10 * minute,
  by,
  detail,
});

describe('each scenario over its rounds', () => {
  test('counts, median recovery, availability of the rounds that were met, the worst', () => {
    const { byScenario, recommendations } = judged(
      started(),
      ...rounds([
        { scenario: 'packet_loss', failed: 2, availability: 0.8, recoverySeconds: 4 },
        { recoverySeconds: 1 },
        { recoverySeconds: 2 },
        { recoverySeconds: 9.8765 },
        { scenario: 'packet_loss', failed: 5, availability: 0.4, recoverySeconds: 6 },
        { scenario: 'packet_loss', verdict: 'not-injected', injected: false, availability: 0 },
      ]),
    );
    expect(byScenario).toMatchObject([
      { scenario: 'high_latency', severity: 2, rounds: 3, held: 3, deviated: 0, medianRecoverySeconds: 2 },
      {
        scenario: 'packet_loss',
        severity: 4,
        rounds: 3,
        held: 0,
        deviated: 2,
        medianRecoverySeconds: 4,
        worst: { runId: 'run-4' },
      },
    ]);
    expect(byScenario[1]?.meanAvailability).toBeCloseTo(0.6);
    expect(recommendations).toEqual([
      { text: 'p95 rose from 10 ms to 1,200.5 ms: add a timeout', rounds: 2 },
    ]);
  });

  test('what never came into question is said', () => {
    expect(judged(started()).leftOut).toEqual(settings.leftOut);
  });
});

describe('verdict', () => {
  test('the worst round decides, and how many there are is said', () => {
    expect(judged(started(), ...rounds([{}, { failed: 1 }, {}, { failed: 2 }]))).toMatchObject({
      verdict: 'deviated',
      reason: '2 of 4 rounds deviated (50 %), the first with high_latency: it deviated',
    });
    expect(judged(started(), ...rounds([{}, {}]))).toMatchObject({
      verdict: 'held',
      reason: '2 of 2 rounds held',
    });
    expect(judged(started())).toMatchObject({
      verdict: 'inconclusive',
      reason: 'no round was run to its end',
    });
  });

  test('a spent budget is a deviation, though each round held by its own criteria', () => {
    const results = judged(
      started({ errorBudget: 0.05 }),
      ...rounds([{ verdict: 'held', failed: 3 }]),
      stopped('error-budget', 'the error budget of 5 % is spent'),
    );
    expect(results).toMatchObject({
      verdict: 'deviated',
      reason: 'the error budget of 5 % is spent',
      errorBudget: { allowed: 0.05, spent: 0.15 },
    });
  });

  test.each([
    ['storage', 'inconclusive'],
    ['error', 'inconclusive'],
    ['signal', 'interrupted'],
    ['caller', 'interrupted'],
  ] as const)('rounds that held and then a stop by %s: %s', (by, verdict) => {
    expect(judged(started(), ...rounds([{}]), stopped(by, 'why'))).toMatchObject({ verdict });
  });

  test('a worse round outweighs the stop', () => {
    const events = rounds([{ verdict: 'not-recovered' }]);
    expect(judged(started(), ...events, stopped('not-recovered', 'it is down'))).toMatchObject({
      verdict: 'not-recovered',
      stoppedBy: { by: 'not-recovered' },
    });
  });
});

describe('after a resume', () => {
  const resumed: CampaignEvent = {
    type: 'campaign-resumed',
    t: 5 * minute,
    resumedAt: '2026-01-01T00:05:00Z',
  };

  test('both parts count, and a round that was interrupted no longer decides', () => {
    const results = judged(
      started(),
      ...rounds([{}, { verdict: 'interrupted', injected: false }]),
      stopped('signal', 'SIGINT'),
      { type: 'campaign-ended', t: 2 * minute },
      resumed,
      ...rounds([{}, {}], 5),
    );
    expect(results).toMatchObject({
      verdict: 'held',
      reason: '3 of 4 rounds held',
      resumed: 1,
      roundsRun: 4,
      stoppedBy: null,
      roundsByVerdict: { held: 3, interrupted: 1 },
    });
  });

  test('a round that was cut by a kill is skipped', () => {
    const [cut] = rounds([{}]);
    if (cut === undefined) throw new Error('no round');
    const skipped = {
      type: 'round-skipped',
      t: 5 * minute,
      round: 0,
      name: 'high_latency',
      why: 'killed',
    } as const;
    expect(judged(started(), cut, resumed, skipped, ...rounds([{}], 1))).toMatchObject({
      roundsRun: 1,
      skipped: [{ name: 'high_latency', why: 'killed' }],
    });
  });
});

describe('trend', () => {
  test('one point a round at first', () => {
    const { trend } = judged(
      started(),
      ...rounds([{ recoverySeconds: 1 }, { failed: 1, recoverySeconds: 3 }]),
    );
    expect(trend).toEqual([
      {
        fromMs: 0,
        toMs: minute,
        rounds: 1,
        held: 1,
        meanRecoverySeconds: 1,
        meanAvailability: 1,
        meanP95DuringMs: 200,
      },
      {
        fromMs: minute,
        toMs: 2 * minute,
        rounds: 1,
        held: 0,
        meanRecoverySeconds: 3,
        meanAvailability: 1,
        meanP95DuringMs: 200,
      },
    ]);
  });

  test('however many rounds: never more points, each round in the one that covers it, the means as they were', () => {
    const story = fc.record({
      gap: fc.integer({ min: 0, max: 400 }),
      seconds: fc.integer({ min: 0, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(story, { minLength: 1, maxLength: 300 }), (stories) => {
        let at = 0;
        const events = stories.flatMap(({ gap, seconds }) => {
          at += gap;
          return rounds([{ recoverySeconds: seconds }], at);
        });
        const { trend } = judged(started(), ...events);
        expect(trend.length).toBeLessThanOrEqual(mostTrendPoints);
        expect(trend.reduce((sum, { rounds: n }) => sum + n, 0)).toBe(stories.length);
        const seconds = trend.reduce(
          (sum, point) => sum + point.rounds * (point.meanRecoverySeconds ?? 0),
          0,
        );
        expect(seconds).toBeCloseTo(stories.reduce((sum, each) => sum + each.seconds, 0));
        for (const [i, point] of trend.entries()) {
          expect(point.fromMs).toBe(trend[i - 1]?.toMs ?? 0);
        }
      }),
      { numRuns: 100 },
    );
  });
});

test('its size does not follow the number of rounds', () => {
  const size = (count: number) => {
    const stories = Array.from({ length: count }, (_, i) => ({ recoverySeconds: 3 + (i % 500) / 100 }));
    let state = judgeContinuous.init();
    for (const event of [started(), ...rounds(stories)]) state = judgeContinuous.step(state, event);
    return JSON.stringify(state, (_key, value: unknown) => (value instanceof Map ? [...value] : value))
      .length;
  };
  expect(size(20_000)).toBeLessThan(1.2 * size(1_000));
});

test('settings of another kind are refused', () => {
  const wrong = { ...started(), settings: { probe: 'shop' } } as CampaignEvent;
  expect(() => judged(wrong)).toThrow('expected the settings of continuous chaos');
});
