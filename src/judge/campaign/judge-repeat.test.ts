import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CampaignEvent } from '../../model/campaign-events.js';
import type { RepeatResults } from '../../model/campaign-results.js';
import { foldAll } from '../../model/fold.js';
import type { RoundScenario, RoundSummary } from '../../model/round-summary.js';
import type { Verdict } from '../../model/verdict.js';
import { judgeRepeat } from './judge-repeat.js';

interface Run {
  readonly verdict?: Verdict;
  /** Of `p95ResponseMs`, at most 500. */
  readonly p95?: number | null;
  /** Of `maxErrorRate`, at most 0.1. */
  readonly errorRate?: number;
  /** Of a criteria function; instead of the others. */
  readonly answer?: boolean;
  readonly injected?: boolean;
  readonly stoppedBy?: string;
  readonly recommendations?: readonly string[];
}

const scenario: RoundScenario = {
  name: 'high_latency',
  type: 'NETWORK_LATENCY',
  severity: 3,
  triggered: true,
  verdict: 'held',
  reason: '',
  injected: true,
  recovered: true,
  recoveryTimeSeconds: 0,
  offered: 10,
  failed: 0,
  harvest: 1,
  availabilityByTime: 1,
  availabilityBySamples: 1,
  longestOutageMs: 0,
  p95BeforeMs: 1,
  p95DuringMs: 1,
  probes: [],
};

function summaryOf(run: Run): RoundSummary {
  const { verdict = 'held', p95, errorRate, answer, injected = true, stoppedBy = null } = run;
  const of = { scenario: 'high_latency', probe: 'shop' };
  return {
    runId: 'run',
    experiment: 'Shop',
    folder: null,
    seed: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    durationSeconds: 1,
    verdict,
    reason: `it was ${verdict}`,
    stoppedBy,
    scenarios: [{ ...scenario, injected }],
    criteria: [
      ...(p95 === undefined
        ? []
        : ([
            {
              ...of,
              name: 'p95ResponseMs',
              limit: 500,
              limitIs: 'most',
              observed: p95,
              held: p95 === null ? null : p95 <= 500,
            },
          ] as const)),
      ...(errorRate === undefined
        ? []
        : ([
            {
              ...of,
              name: 'maxErrorRate',
              limit: 0.1,
              limitIs: 'most',
              observed: errorRate,
              held: errorRate <= 0.1,
            },
          ] as const)),
      ...(answer === undefined
        ? []
        : ([
            {
              ...of,
              probe: null,
              name: 'function',
              limit: null,
              limitIs: 'least',
              observed: null,
              held: answer,
            },
          ] as const)),
    ],
    samples: { offered: 0, failed: 0 },
    recommendations: run.recommendations ?? [],
  };
}

function judged(runs: readonly Run[], more: readonly CampaignEvent[] = []): RepeatResults {
  const events: CampaignEvent[] = [
    {
      type: 'campaign-started',
      t: 0,
      formatVersion: 1,
      kind: 'repeat',
      campaignId: 'repeat-1',
      name: 'Shop',
      target: 'shop',
      hypothesis: '',
      seed: 1,
      startedAt: '2026-01-01T00:00:00.000Z',
      settings: { times: runs.length },
      environment: { chaosx: '0', node: 'v20', platform: 'linux' },
    },
    ...runs.map(
      (run, round): CampaignEvent => ({ type: 'round-ended', t: round, round, summary: summaryOf(run) }),
    ),
    ...more,
  ];
  return foldAll(judgeRepeat, events);
}

const p95s = (...values: readonly number[]): readonly Run[] =>
  values.map((p95) => ({ p95, verdict: p95 <= 500 ? 'held' : 'deviated' }));

describe('fewer than five runs exit with their worst', () => {
  test.each([
    [p95s(100, 700), 'deviated'],
    [p95s(100, 200, 300, 400), 'held'],
    [[...p95s(100, 200), { verdict: 'not-injected', injected: false }], 'not-injected'],
    [[], 'inconclusive'],
  ] as const)('%j: %s', (runs, verdict) => {
    expect(judged(runs).verdict).toBe(verdict);
  });
});

describe('five runs or more', () => {
  test('the interval on the good side held, though one run deviated', () => {
    const results = judged(p95s(100, 120, 110, 90, 105, 510, 100, 95, 100, 110));
    expect(results.verdict).toBe('held');
    expect(results.reason).toMatchInlineSnapshot(
      `"p95ResponseMs 144 ms (95 %: 93 ms–204 ms) against at most 500 ms (shop); 9 of 10 runs held"`,
    );
    expect(results.heldShare).toMatchObject({ value: 0.9, interval: { method: 'Wilson over 10' } });
    expect(results.criteria[0]?.interval?.method).toBe('log scale over 10 runs');
  });

  test('on the other side deviated, across it inconclusive with the runs that would decide', () => {
    expect(judged(p95s(700, 720, 690, 710, 705)).verdict).toBe('deviated');
    const open = judged(p95s(300, 700, 450, 520, 380));
    expect(open.verdict).toBe('inconclusive');
    expect(open.criteria[0]?.runsToDecide).toBeGreaterThan(0);
    expect(open.reason).toMatch(/about \d+ more would decide; 3 of 5 runs held$/);
  });

  test('equal runs decide by their value', () => {
    const results = judged(p95s(100, 100, 100, 100, 100));
    expect(results).toMatchObject({ verdict: 'held', criteria: [{ mean: 100, n: 5, interval: null }] });
  });

  test.each([
    ['leaked', 'leaked'],
    ['interrupted', 'interrupted'],
    ['not-recovered', 'not-recovered'],
    ['not-steady', 'not-steady'],
  ] as const)('a run that was %s wins', (verdict, expected) => {
    expect(judged([...p95s(100, 100, 100, 100, 100), { verdict }]).verdict).toBe(expected);
  });

  test('not-steady wins over runs that deviated', () => {
    const results = judged([...p95s(900, 900, 900, 900, 900), { verdict: 'not-steady', injected: false }]);
    expect(results).toMatchObject({
      verdict: 'not-steady',
      reason: '1 of 6 runs were not well before the fault',
    });
  });

  test('runs that were not injected are left out and counted; all of them: not-injected', () => {
    const missed: Run = { verdict: 'not-injected', injected: false, p95: 900 };
    expect(judged([...p95s(100, 100, 100, 100, 100), missed, missed])).toMatchObject({
      verdict: 'held',
      roundsRun: 7,
      counted: 5,
      notInjected: 2,
      criteria: [{ observed: [100, 100, 100, 100, 100] }],
    });
    expect(judged([missed, missed, missed, missed, missed])).toMatchObject({
      verdict: 'not-injected',
      reason: 'none of 5 runs was injected: Shop: it was not-injected',
      counted: 0,
      heldShare: { value: null, interval: null },
    });
  });

  test('four that count of six decide nothing', () => {
    const missed: Run = { verdict: 'not-injected', injected: false };
    expect(judged([...p95s(100, 100, 100, 100), missed, missed])).toMatchObject({
      verdict: 'inconclusive',
      criteria: [{ n: 4, runsToDecide: 1 }],
    });
  });

  test('a run that an abort condition ended is no green, whatever its means say', () => {
    const stoppedBy = 'abort condition maxErrorRate: 0.6';
    const results = judged([...p95s(100, 100, 100, 100, 100), { verdict: 'deviated', p95: 100, stoppedBy }]);
    expect(results).toMatchObject({
      verdict: 'deviated',
      reason: `1 of 6 runs were stopped early: ${stoppedBy}`,
      heldShare: { value: 5 / 6 },
    });
  });

  test('the worst criterion decides', () => {
    const runs = [0.3, 0.31, 0.29, 0.3, 0.32].map(
      (errorRate): Run => ({ p95: 100, errorRate, verdict: 'deviated' }),
    );
    const { verdict, criteria } = judged(runs);
    expect(verdict).toBe('deviated');
    expect(criteria.map((each) => [each.name, each.verdict])).toEqual([
      ['p95ResponseMs', 'held'],
      ['maxErrorRate', 'deviated'],
    ]);
    expect(criteria[1]?.interval?.method).toBe('t over 5 runs');
  });

  test('a function needs 80 % of runs: 16 of 16 hold, five of five are open, two of six deviate', () => {
    const answers = (held: number, n: number) =>
      judged(
        Array.from(
          { length: n },
          (_, i): Run => ({
            answer: i < held,
            verdict: i < held ? 'held' : 'deviated',
          }),
        ),
      );
    expect(answers(16, 16).verdict).toBe('held');
    expect(answers(5, 5)).toMatchObject({ verdict: 'inconclusive', criteria: [{ runsToDecide: 11 }] });
    expect(answers(2, 6).verdict).toBe('deviated');
    expect(answers(2, 6).criteria[0]?.observed).toEqual([1, 1, 0, 0, 0, 0]);
  });

  test('a criterion that nothing was observed for decides nothing', () => {
    const runs = Array.from({ length: 5 }, (): Run => ({ p95: null, verdict: 'inconclusive' }));
    expect(judged(runs)).toMatchObject({
      verdict: 'inconclusive',
      criteria: [{ mean: null, n: 0, observed: [null, null, null, null, null] }],
    });
  });

  test('the same advice with other numbers is one, with the numbers of the first run that gave it', () => {
    const advice = (p95: string): Run => ({
      p95: 100,
      recommendations: [`p95 rose to ${p95}. Add a timeout`, 'Retry'],
    });
    const { recommendations } = judged([advice('980 ms'), advice('1.2 s'), { recommendations: ['Retry'] }]);
    expect(recommendations).toEqual([
      { text: 'Retry', rounds: 3 },
      { text: 'p95 rose to 980 ms. Add a timeout', rounds: 2 },
    ]);
  });

  test('law: never held when each run is beyond the limit, never deviated when none is', () => {
    const beyond = fc.double({ min: 500.1, max: 1e6, noNaN: true });
    const within = fc.double({ min: 0, max: 500, noNaN: true });
    const runs = (one: fc.Arbitrary<number>) => fc.array(one, { minLength: 5, maxLength: 12 });
    fc.assert(fc.property(runs(beyond), (values) => judged(p95s(...values)).verdict !== 'held'));
    fc.assert(fc.property(runs(within), (values) => judged(p95s(...values)).verdict !== 'deviated'));
  });
});
