import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sample } from '../../test/run-stream.js';
import type { ChaosEvent, Sample } from '../model/events.js';
import type { AbortConditions } from '../model/experiment.js';
import { abortCheck, type AbortFinding } from './abort-check.js';

const injected = (t: number, scenario = 0): ChaosEvent => ({ type: 'fault-injected', t, scenario });
const reverting = (t: number, scenario = 0): ChaosEvent => ({ type: 'revert-started', t, scenario });
const failed = { outcome: 'failed' } as const;

/** The first finding, and after how many events. */
function firstFinding(conditions: AbortConditions, events: readonly ChaosEvent[]) {
  const check = abortCheck(conditions);
  for (const [i, event] of events.entries()) {
    const finding = check.step(event);
    if (finding !== null) return { i, ...finding };
  }
  return null;
}

const every200 = (count: number, changes: (i: number) => Partial<Sample>, from = 0) =>
  Array.from({ length: count }, (_, i) => sample(from + i * 200, changes(i)));

describe('abort conditions', () => {
  test.each<[AbortConditions, (i: number) => Partial<Sample>, AbortFinding & { i: number }]>([
    [
      { consecutiveFailures: 3 },
      (i) => (i === 1 || i >= 4 ? failed : {}),
      { i: 7, condition: 'consecutiveFailures 3', observed: 'checkout: 3 failed samples in a row' },
    ],
    [
      { maxResponseMs: 1_000 },
      (i) => ({ latencyMs: i === 5 ? 1_001 : 1_000 }),
      { i: 6, condition: 'maxResponseMs 1000', observed: 'checkout: an answer took 1,001 ms' },
    ],
    [
      { maxErrorRate: 0.25 },
      (i) => (i % 3 === 0 ? failed : {}),
      {
        i: 10,
        condition: 'maxErrorRate 0.25',
        observed: 'checkout: 40 % of 10 samples in the last 10 s failed',
      },
    ],
    [
      { passRate: 0.75 },
      (i) => (i >= 12 ? failed : {}),
      {
        i: 17,
        condition: 'passRate 0.75',
        observed: 'checkout: 70.6 % of 17 samples in the last 10 s passed',
      },
    ],
    [
      { p95ResponseMs: 500 },
      (i) => ({ latencyMs: i >= 20 ? 501 : 500 }),
      {
        i: 22,
        condition: 'p95ResponseMs 500',
        observed: 'checkout: p95 was 501 ms of 22 samples in the last 10 s',
      },
    ],
  ])('%o', (conditions, changes, finding) => {
    expect(firstFinding(conditions, [injected(0), ...every200(60, changes)])).toEqual(finding);
  });

  test('look only at samples that were meant to start while a fault is active', () => {
    const check = (events: readonly ChaosEvent[]) => firstFinding({ consecutiveFailures: 1 }, events);
    expect(check([sample(100, failed)])).toBeNull();
    expect(check([injected(1_000), sample(900, { ...failed, latencyMs: 500 })])).toBeNull();
    expect(check([injected(1_000), reverting(2_000), sample(1_900, failed)])).toBeNull();
    expect(check([injected(1_000), sample(1_000, failed)])).not.toBeNull();
  });

  test('start afresh with a new scenario, and go on when a second fault joins the first', () => {
    const two = every200(2, () => failed, 1_000);
    const third = [sample(1_500, failed)];
    const conditions = { consecutiveFailures: 3 };
    expect(
      firstFinding(conditions, [injected(900), ...two, reverting(1_450), injected(1_490, 1), ...third]),
    ).toBeNull();
    expect(firstFinding(conditions, [injected(900), ...two, injected(1_490, 1), ...third])).not.toBeNull();
  });

  test('one failure of a slow probe is no error rate, until the fault has lasted 10 s', () => {
    const slow = [0, 4_000, 8_000, 12_000].map((t) => sample(t, { ...failed, latencyMs: 10 }));
    expect(firstFinding({ maxErrorRate: 0.5 }, [injected(0), ...slow])).toMatchObject({ i: 4 });
  });

  test('each probe is judged by its own samples', () => {
    const mixed = every200(40, (i) => (i % 2 === 0 ? { ...failed, probe: 'a' } : { probe: 'b' }));
    expect(firstFinding({ consecutiveFailures: 5 }, [injected(0), ...mixed])?.observed).toBe(
      'a: 5 failed samples in a row',
    );
  });

  test('agree with the definitions over the samples of the last 10 s, at every step', () => {
    const samples = fc.array(
      fc.record({ gap: fc.nat(900), latencyMs: fc.nat(1_000), failed: fc.boolean() }),
      { minLength: 12, maxLength: 120 },
    );
    fc.assert(
      fc.property(samples, fc.constantFrom(0.3, 0.5, 0.7), (all, maxErrorRate) => {
        const rate = abortCheck({ maxErrorRate });
        const slow = abortCheck({ p95ResponseMs: 900 });
        for (const check of [rate, slow]) check.step(injected(0));
        const arrived: { t: number; latencyMs: number; failed: boolean }[] = [];
        let t = 0;
        for (const one of all) {
          t += one.gap;
          arrived.push({ t, latencyMs: one.latencyMs, failed: one.failed });
          const event = sample(t, { t, latencyMs: one.latencyMs, outcome: one.failed ? 'failed' : 'passed' });
          const recent = arrived.filter((earlier) => earlier.t > t - 10_000);
          const enough = recent.length >= 10 || t >= 10_000;
          const latencies = recent.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
          const p95 = latencies[Math.ceil(0.95 * latencies.length) - 1] ?? 0;
          const errorRate = recent.filter((earlier) => earlier.failed).length / recent.length;
          expect(rate.step(event) !== null).toBe(enough && errorRate > maxErrorRate);
          expect(slow.step(event) !== null).toBe(enough && p95 > 900);
        }
      }),
    );
  });
});
