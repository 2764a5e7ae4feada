import { describe, expect, test } from 'vitest';
import type { DayQuantities, EarlierDay } from '../../model/earlier-day.js';
import type { RoundSummary } from '../../model/round-summary.js';
import { ChaosScenarioType } from '../../model/scenario-type.js';
import type { Verdict } from '../../model/verdict.js';
import { compareWithEarlier } from './compare-with-earlier.js';

const usual: DayQuantities = {
  recoveryTimeSeconds: 2,
  availabilityByTime: 0.99,
  p95DuringMs: 200,
  longestOutageMs: 0,
};

function today(quantities: Partial<DayQuantities> = {}, verdict: Verdict = 'held'): RoundSummary {
  const numbers = { ...usual, ...quantities };
  return {
    runId: 'r',
    experiment: 'Shop',
    folder: null,
    seed: 1,
    startedAt: '2026-03-01T02:00:00.000Z',
    durationSeconds: 10,
    verdict,
    reason: 'as measured',
    stoppedBy: null,
    scenarios: [
      {
        name: 'high_latency',
        type: ChaosScenarioType.NETWORK_LATENCY,
        severity: 3,
        triggered: true,
        verdict,
        reason: '',
        injected: true,
        recovered: true,
        offered: 100,
        failed: 0,
        harvest: 1,
        availabilityBySamples: 1,
        p95BeforeMs: 20,
        probes: [],
        ...numbers,
        longestOutageMs: numbers.longestOutageMs ?? 0,
      },
    ],
    criteria: [],
    samples: { offered: 0, failed: 0 },
    recommendations: [],
  };
}

/** Days of which each is a little different, the newest first. */
function earlierDays(count: number, change: (index: number) => Partial<EarlierDay> = () => ({})) {
  return Array.from({ length: count }, (_, index): EarlierDay => {
    const wave = Math.sin(index);
    return {
      day: `2026-02-${String(28 - index).padStart(2, '0')}`,
      verdict: 'held',
      injected: ['high_latency'],
      quantities: {
        recoveryTimeSeconds: 2 + 0.2 * wave,
        availabilityByTime: 0.99 + 0.005 * wave,
        p95DuringMs: 200 + 10 * wave,
        longestOutageMs: 0,
      },
      regressed: [],
      ...change(index),
    };
  });
}

describe('numbers', () => {
  test('a day like the others did not get worse', () => {
    const compared = compareWithEarlier(today(), earlierDays(10));
    expect(compared).toMatchObject({ earlierDays: 10, earlierVerdict: 'held', regressed: false, why: [] });
    expect(compared.quantities.every(({ expected }) => expected?.level === 0.99)).toBe(true);
  });

  test.each([
    ['recoveryTimeSeconds', 6],
    ['availabilityByTime', 0.9],
    ['p95DuringMs', 400],
    ['longestOutageMs', 3_000],
  ] as const)('%s of %d', (name, value) => {
    const { quantities, why } = compareWithEarlier(today({ [name]: value }), earlierDays(10));
    expect(quantities.filter(({ regressed }) => regressed).map((each) => each.name)).toEqual([name]);
    expect(why).toHaveLength(1);
    expect(why[0]).toMatchSnapshot();
  });

  test('better is not worse', () => {
    const better = { recoveryTimeSeconds: 0.1, availabilityByTime: 1, p95DuringMs: 10 };
    expect(compareWithEarlier(today(better), earlierDays(10)).regressed).toBe(false);
  });

  test('what nobody notices is not worse, however alike the days were', () => {
    const alike = earlierDays(10, () => ({ quantities: { ...usual, p95DuringMs: 2 } }));
    expect(compareWithEarlier(today({ p95DuringMs: 3 }), alike).regressed).toBe(false);
    expect(compareWithEarlier(today({ p95DuringMs: 30 }), alike).regressed).toBe(true);
    const close = earlierDays(10, () => ({ quantities: { ...usual, p95DuringMs: 1_000 } }));
    expect(compareWithEarlier(today({ p95DuringMs: 1_090 }), close).regressed).toBe(false);
    expect(compareWithEarlier(today({ p95DuringMs: 1_110 }), close).regressed).toBe(true);
  });

  test('four days say nothing about numbers', () => {
    const { quantities, regressed } = compareWithEarlier(today({ p95DuringMs: 9_000 }), earlierDays(4));
    expect(regressed).toBe(false);
    expect(quantities.map(({ expected }) => expected)).toEqual([null, null, null, null]);
    expect(quantities.map(({ days }) => days)).toEqual([4, 4, 4, 4]);
  });

  test('days on which other scenarios were injected have other numbers', () => {
    const others = earlierDays(10, () => ({ injected: ['packet_loss'] }));
    const { quantities, earlierVerdict } = compareWithEarlier(today({ p95DuringMs: 9_000 }), others);
    expect(quantities[2]).toMatchObject({ days: 0, expected: null, earlierMedian: null, regressed: false });
    expect(earlierVerdict).toBe('held');
  });

  test('what was cut short has no numbers to compare', () => {
    const cut = compareWithEarlier(today({ p95DuringMs: 9_000 }, 'interrupted'), earlierDays(10));
    expect(cut.regressed).toBe(false);
    const { quantities } = compareWithEarlier(
      today(),
      earlierDays(10, (index) => (index < 4 ? { verdict: 'interrupted' } : {})),
    );
    expect(quantities.map(({ days }) => days)).toEqual([6, 6, 6, 6]);
  });

  test('a regression stays one: the days that had it are no measure', () => {
    const since = earlierDays(12, (index) =>
      index < 5 ? { quantities: { ...usual, p95DuringMs: 400 }, regressed: ['p95DuringMs'] } : {},
    );
    const { quantities } = compareWithEarlier(today({ p95DuringMs: 400 }), since);
    expect(quantities[2]).toMatchObject({ name: 'p95DuringMs', days: 7, regressed: true });
    expect(quantities[0]).toMatchObject({ name: 'recoveryTimeSeconds', days: 12, regressed: false });
  });
});

describe('verdicts', () => {
  const withVerdicts = (...verdicts: readonly Verdict[]) =>
    earlierDays(verdicts.length, (index) => ({ verdict: verdicts[index] ?? 'held' }));

  test.each<[Verdict, readonly Verdict[], boolean]>([
    ['held', [], false],
    ['deviated', [], false],
    ['deviated', ['held'], true],
    ['deviated', ['held', 'deviated'], false],
    ['not-recovered', ['held', 'deviated'], true],
    ['not-steady', ['held', 'held'], true],
    ['deviated', ['held', 'held', 'held', 'held', 'held', 'deviated'], true],
    ['interrupted', ['held'], false],
    ['inconclusive', ['held'], false],
    ['not-injected', ['held'], false],
    ['leaked', ['held'], false],
    ['deviated', ['not-injected', 'interrupted'], false],
    ['deviated', ['interrupted', 'held'], true],
  ])('%s after %j: %s', (verdict, before, regressed) => {
    expect(compareWithEarlier(today({}, verdict), withVerdicts(...before)).verdictRegressed).toBe(regressed);
  });

  test('a verdict that had got worse is no measure', () => {
    const since = earlierDays(3, (index) =>
      index === 0 ? { verdict: 'deviated', regressed: ['verdict'] } : {},
    );
    const { earlierVerdict, why } = compareWithEarlier(today({}, 'deviated'), since);
    expect(earlierVerdict).toBe('held');
    expect(why).toEqual(['deviated, was held at worst: as measured']);
  });
});
