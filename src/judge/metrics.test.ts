import { describe, expect, test } from 'vitest';
import { evidence, eventsOf, plannedScenario, runStarted, sample } from '../../test/run-stream.js';
import type { ChaosEvent } from '../model/events.js';
import { foldAll } from '../model/fold.js';
import { metrics, metricsOf } from './metrics.js';

/** Injected at 1,000, revert begins at 2,000 and ends at 2,100, recovery ends at 3,000. */
function around(samples: readonly ChaosEvent[], scenarios = [plannedScenario()]): readonly ChaosEvent[] {
  const events: ChaosEvent[] = [
    runStarted({ scenarios }),
    { type: 'phase-entered', t: 0, phase: 'baseline', plannedMs: 1_000, scenario: null },
    { type: 'fault-injected', t: 1_000, scenario: 0 },
    { type: 'revert-started', t: 2_000, scenario: 0 },
    { type: 'fault-reverted', t: 2_100, scenario: 0, ok: true },
    { type: 'recovery-ended', t: 3_000, scenario: 0, recovered: true, recoveryMs: 250 },
    ...samples,
    { type: 'run-ended', t: 9_000, status: 'completed' },
  ];
  return events.sort((a, b) => a.t - b.t);
}

const probeOf = (events: readonly ChaosEvent[]) => foldAll(metrics, events).scenarios[0]?.probes[0];

describe('a sample belongs to the phase of its intended start', () => {
  test.each([
    ['answered before the injection', 500, 12, { before: 1 }],
    ['in flight when the fault came: it met it, and says nothing of before', 900, 400, {}],
    ['while active', 1_500, 12, { during: 1 }],
    ['while active, answered after the end of recovery', 1_990, 5_000, { during: 1 }],
    ['between the begin and the end of the revert: neither', 2_050, 12, {}],
    ['after', 2_500, 12, { after: 1 }],
    ['after the end of recovery', 3_100, 12, {}],
  ])('%s', (_what, intendedAt, latencyMs, counts) => {
    const { responseTimes } = foldAll(metrics, around([sample(intendedAt, { latencyMs })]));
    const seen = Object.entries(responseTimes).flatMap(([phase, times]) =>
      times === null ? [] : [[phase, times.count]],
    );
    expect(Object.fromEntries(seen)).toEqual(counts);
  });
});

describe('availability', () => {
  test('counts from injection to the end of recovery: by samples, and by time', () => {
    const failed = { outcome: 'timeout', latencyMs: 100 } as const;
    const samples = [
      sample(500, failed),
      sample(1_000),
      sample(1_400, failed),
      sample(1_600, failed),
      sample(2_050, failed),
      sample(2_200),
      sample(2_800),
      sample(3_500, failed),
    ];
    expect(probeOf(around(samples))).toEqual({
      probe: 'checkout',
      samples: 3,
      harvest: 1,
      failed: 2,
      passRate: 1 / 3,
      availabilityBySamples: 0.5,
      // Down from 1,400 to 2,200 of the 2,000 ms.
      availabilityByTime: 0.6,
      longestOutageMs: 800,
      responseTimes: {
        before: { count: 1, p50Ms: 100, p95Ms: 100, p99Ms: 100, maxMs: 100 },
        during: { count: 3, p50Ms: 100, p95Ms: 100, p99Ms: 100, maxMs: 100 },
        after: { count: 2, p50Ms: 12, p95Ms: 12, p99Ms: 12, maxMs: 12 },
      },
    });
  });

  test('every attempt is a sample, and a tick is down only if none of its attempts passed', () => {
    const samples = [sample(2_200, { outcome: 'failed' }), sample(2_200, { attempt: 1 })];
    expect(probeOf(around(samples))).toMatchObject({ availabilityBySamples: 0.5, longestOutageMs: 0 });
  });

  test('an outage that is open ends with recovery', () => {
    expect(probeOf(around([sample(1_500, { outcome: 'failed' })]))?.longestOutageMs).toBe(1_500);
  });

  test('is null where nothing was observed, never 100 %', () => {
    expect(probeOf(around([]))).toMatchObject({
      passRate: null,
      availabilityBySamples: null,
      availabilityByTime: null,
    });
  });
});

describe('a run', () => {
  test('overlapping scenarios each count a sample, the run counts it once', () => {
    const scenarios = [plannedScenario({ name: 'a' }), plannedScenario({ name: 'b' })];
    const second: readonly ChaosEvent[] = [
      { type: 'fault-injected', t: 1_100, scenario: 1 },
      { type: 'revert-started', t: 1_900, scenario: 1 },
      { type: 'fault-reverted', t: 1_950, scenario: 1, ok: true },
      { type: 'recovery-ended', t: 3_000, scenario: 1, recovered: true, recoveryMs: 900 },
    ];
    const summary = foldAll(metrics, around([...second, sample(1_500), sample(1_960)], scenarios));
    expect(summary.scenarios.map(({ probes }) => probes[0]?.samples)).toEqual([2, 1]);
    // At 1,960 b is over and a is active: for the run that is during.
    expect(summary.responseTimes.during?.count).toBe(2);
    expect(summary.responseTimes.after).toBeNull();
    expect(summary.recoveryTimeSeconds).toBe(0.9);
  });

  test('its numbers are the worst over scenarios and probes; one that never came back has no recovery time', () => {
    const good = foldAll(metrics, eventsOf({ scenarios: [{ failing: 0.1 }, { failing: 0.5 }] }));
    expect(good).toMatchObject({ passRate: 0.5, recoveryTimeSeconds: 0.1 });
    expect(
      foldAll(metrics, eventsOf({ scenarios: [{}, { recovered: false }] })).recoveryTimeSeconds,
    ).toBeNull();
  });

  test('can be asked in mid-run', () => {
    let state = metrics.init();
    const events = eventsOf();
    const revert = events.findIndex(({ type }) => type === 'revert-started');
    for (const event of events.slice(0, revert)) state = metrics.step(state, event);
    expect(metricsOf(state)).toMatchObject({ passRate: 1, availabilityByTime: 1, recoveryTimeSeconds: null });
  });

  test('keeps flat however many samples come', () => {
    let state = metrics.init();
    for (const event of [runStarted(), { type: 'fault-injected', t: 0, scenario: 0 } as const])
      state = metrics.step(state, event);
    const checked = { type: 'fault-checked', scenario: 0, when: 'periodic', evidence: evidence() } as const;
    for (let i = 0; i < 1_000_000; i += 1) {
      const latencyMs = (i * 7_919) % 4_000;
      state = metrics.step(state, {
        ...sample(i),
        t: i + latencyMs,
        latencyMs,
        outcome: i % 3 === 0 ? 'failed' : 'passed',
      });
      if (i % 100 === 0) state = metrics.step(state, { ...checked, t: i });
    }
    const tally = state.tallies[0]?.get('checkout');
    expect(tally?.activeSamples).toBe(1_000_000);
    expect(tally?.outages.at.length).toBeLessThan(2 * 1_024);
    expect(tally?.during.counts.size).toBe(4_000);
  });
});
