import { describe, expect, test } from 'vitest';
import type { CampaignEvent, CampaignStopped } from '../../model/campaign-events.js';
import type { Side } from '../../model/comparison.js';
import { foldAll } from '../../model/fold.js';
import type { RoundScenario, RoundSummary } from '../../model/round-summary.js';
import type { Verdict } from '../../model/verdict.js';
import { defaultMargins } from './compared-kinds.js';
import type { CompareSettings } from './compare-settings.js';
import { judgeCompare } from './judge-compare.js';

interface Run {
  readonly side: Side;
  readonly scenario?: string;
  readonly experiment?: string;
  readonly verdict?: Verdict;
  readonly failed?: number;
  readonly p95?: number;
  readonly injected?: boolean;
  readonly recovered?: boolean;
}

function summaryOf(run: Run): RoundSummary {
  const {
    scenario: name = 'high_latency',
    experiment = 'Shop',
    verdict = 'held',
    failed = 0,
    p95 = 100,
  } = run;
  const { injected = true, recovered = true } = run;
  const scenario: RoundScenario = {
    name,
    type: 'NETWORK_LATENCY',
    severity: 3,
    triggered: true,
    verdict,
    reason: '',
    injected,
    recovered,
    recoveryTimeSeconds: recovered ? 0.1 : null,
    offered: 20,
    failed,
    harvest: 1,
    availabilityByTime: 1 - failed / 20,
    availabilityBySamples: 1 - failed / 20,
    longestOutageMs: 100 * failed,
    p95BeforeMs: 10,
    p95DuringMs: p95,
    probes: [],
  };
  return {
    runId: 'run',
    experiment,
    folder: null,
    seed: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    durationSeconds: 1,
    verdict,
    reason: `it was ${verdict}`,
    stoppedBy: null,
    scenarios: [scenario],
    criteria: [],
    samples: { offered: 20, failed },
    recommendations: [],
  };
}

function judged(
  runs: readonly Run[],
  options: { readonly same?: string; readonly stopped?: Pick<CampaignStopped, 'by' | 'detail'> } = {},
) {
  const settings: CompareSettings = {
    base: { label: 'main', commit: null },
    head: { label: 'patch', commit: null },
    margins: defaultMargins,
    order: runs.map(({ side }) => side),
    same: options.same ?? null,
    notes: [],
  };
  const events: readonly CampaignEvent[] = [
    {
      type: 'campaign-started',
      t: 0,
      formatVersion: 1,
      kind: 'compare',
      campaignId: 'compare-1',
      name: 'Shop',
      target: 'shop',
      hypothesis: '',
      seed: 1,
      startedAt: '2026-01-01T00:00:00.000Z',
      settings: { ...settings },
      environment: { chaosx: '0', node: 'v20', platform: 'linux' },
    },
    ...runs.map(
      (run, round): CampaignEvent => ({ type: 'round-ended', t: 1, round, summary: summaryOf(run) }),
    ),
    ...(options.stopped === undefined
      ? []
      : [{ type: 'campaign-stopped' as const, t: 2, ...options.stopped }]),
    { type: 'campaign-ended', t: 3 },
  ];
  return foldAll(judgeCompare, events);
}

const five = (run: Run) => Array.from({ length: 5 }, () => run);
const base = five({ side: 'base' });

describe('the verdict of a comparison', () => {
  test('runs alike on both sides: not worse', () => {
    const results = judged([...base, ...five({ side: 'head' })]);
    expect(results.verdict).toBe('held');
    expect(results.scenarios[0]?.quantities.map(({ state }) => state)).toEqual(Array(5).fill('not-worse'));
  });

  test('calls that fail on the head alone: worse, with both numbers in the reason', () => {
    const results = judged([...base, ...five({ side: 'head', failed: 6 })]);
    expect(results.verdict).toBe('deviated');
    expect(results.reason).toContain('answered well 100 % → 70 % (−30 points');
  });

  test('fewer runs of the head that held are worse, whatever the numbers say', () => {
    const results = judged([...base, ...five({ side: 'head', verdict: 'deviated' })]);
    expect(results.scenarios[0]).toMatchObject({ heldFewer: true, state: 'worse' });
    expect(results).toMatchObject({
      verdict: 'deviated',
      reason: 'worse: high_latency: held in 5 of 5 runs → 0 of 5',
    });
  });

  test('a base that was worse is no reason against the head', () => {
    const bad = { side: 'base', failed: 9, p95: 900, verdict: 'deviated' } as const;
    expect(judged([...five(bad), ...five({ side: 'head' })]).verdict).toBe('held');
  });

  test('one run on each side is undecided, with the runs that are missing', () => {
    const results = judged([{ side: 'base' }, { side: 'head' }]);
    expect(results.verdict).toBe('inconclusive');
    expect(results.scenarios[0]?.quantities[0]).toMatchObject({ state: 'undecided', runsToDecide: 4 });
  });

  test.each<[string, readonly Run[], Verdict, string]>([
    ['left behind on the base', [...base, { side: 'base', verdict: 'leaked' }], 'leaked', 'it was leaked'],
    [
      'a head that was not well before the fault',
      [...base, { side: 'head', verdict: 'not-steady', injected: false }],
      'not-steady',
      'head: 1 of 1 runs were not well before the fault',
    ],
    [
      'a base that was not well',
      [{ side: 'base', verdict: 'not-steady', injected: false }, ...five({ side: 'head' })],
      'not-steady',
      'base: 1 of 1 runs',
    ],
    [
      'a head that did not come back',
      [...base, ...five({ side: 'head', verdict: 'not-recovered', recovered: false })],
      'not-recovered',
      'head: 5 of 5 runs did not come back (base: 0 of 5)',
    ],
    [
      'a fault that never met the head',
      [...base, ...five({ side: 'head', verdict: 'not-injected', injected: false })],
      'not-injected',
      'head: high_latency was injected in none of 5 runs',
    ],
  ])('%s', (_, runs, verdict, reason) => {
    const results = judged(runs);
    expect(results.verdict).toBe(verdict);
    expect(results.reason).toContain(reason);
  });

  test('a head that never came back is worse in the time to be back, however short the others were', () => {
    const lost = { side: 'head', verdict: 'not-recovered', recovered: false } as const;
    const back = (runs: readonly Run[]) =>
      judged(runs).scenarios[0]?.quantities.find(({ name }) => name === 'recoveryTimeSeconds')?.state;
    expect(back([...base, ...five(lost)])).toBe('worse');
    expect(back([...five({ ...lost, side: 'base' }), ...five(lost)])).toBe('undecided');
  });

  test('a base that never came back is what a head that does is measured by', () => {
    const lost = { side: 'base', verdict: 'not-recovered', recovered: false } as const;
    const results = judged([...five(lost), ...five({ side: 'head' })]);
    expect(results.verdict).toBe('held');
    expect(results.scenarios[0]?.base.neverRecovered).toBe(5);
  });

  test('a scenario of one side alone is named and never green', () => {
    const results = judged([...base, ...five({ side: 'head' }), { side: 'head', scenario: 'cpu_spike' }]);
    expect(results.unmatched).toEqual([{ scenario: 'cpu_spike', side: 'head' }]);
    expect(results).toMatchObject({ verdict: 'inconclusive', reason: 'cpu_spike was run on head alone' });
  });

  test('two sides with one experiment each are compared although it is called otherwise', () => {
    const runs = [...base, ...five({ side: 'head', experiment: 'Shop, hardened' })];
    expect(judged(runs)).toMatchObject({ verdict: 'held', unmatched: [] });
  });

  test('the same twice is no difference; a build that failed is not steady; nothing at all is inconclusive', () => {
    expect(judged([], { same: 'both are abc' })).toMatchObject({
      verdict: 'held',
      reason: 'no difference: both are abc',
    });
    const stopped = { by: 'build', detail: 'head abc does not build' } as const;
    expect(judged([], { stopped })).toMatchObject({ verdict: 'not-steady', reason: stopped.detail });
    expect(judged([]).verdict).toBe('inconclusive');
  });
});
