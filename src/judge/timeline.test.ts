import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventsOf, runStarted, sample } from '../../test/run-stream.js';
import { foldAll } from '../model/fold.js';
import { timeline } from './timeline.js';

const probes = (everyMs: number) => [{ name: 'checkout', everyMs, timeoutMs: 2_000 }];

describe('the timeline of a run', () => {
  test('has bands of faults, phases, and buckets of samples', () => {
    const seen = foldAll(timeline, eventsOf({ scenarios: [{ latencyMs: 1_980, failing: 0.2 }] }));
    const [checkout] = seen.probes;
    expect({
      ...seen,
      probes: { bucketMs: checkout?.bucketMs, some: checkout?.buckets.slice(23, 27) },
    }).toMatchInlineSnapshot(`
      {
        "bands": [
          {
            "fromMs": 5000,
            "scenario": "high_latency",
            "toMs": 15005,
            "watchedUntilMs": 19005,
          },
        ],
        "endMs": 19005,
        "phases": [
          {
            "fromMs": 0,
            "phase": "starting",
            "scenario": null,
            "toMs": 0,
          },
          {
            "fromMs": 0,
            "phase": "baseline",
            "scenario": null,
            "toMs": 5000,
          },
          {
            "fromMs": 5000,
            "phase": "active",
            "scenario": "high_latency",
            "toMs": 15005,
          },
          {
            "fromMs": 15005,
            "phase": "recovering",
            "scenario": "high_latency",
            "toMs": 19005,
          },
        ],
        "probes": {
          "bucketMs": 200,
          "some": [
            {
              "failed": 0,
              "fromMs": 4600,
              "maxMs": 12,
              "p50Ms": 12,
              "p95Ms": 12,
              "passed": 1,
            },
            {
              "failed": 0,
              "fromMs": 4800,
              "maxMs": 12,
              "p50Ms": 12,
              "p95Ms": 12,
              "passed": 1,
            },
            {
              "failed": 0,
              "fromMs": 5000,
              "maxMs": 1980,
              "p50Ms": 1980,
              "p95Ms": 1980,
              "passed": 1,
            },
            {
              "failed": 0,
              "fromMs": 5200,
              "maxMs": 1980,
              "p50Ms": 1980,
              "p95Ms": 1980,
              "passed": 1,
            },
          ],
        },
      }
    `);
  });

  test('a run that died in its fault has a band to the end of what is known', () => {
    const { bands } = foldAll(timeline, eventsOf({ scenarios: [{ diesAt: 'active' }] }));
    expect(bands).toMatchInlineSnapshot(`
      [
        {
          "fromMs": 5000,
          "scenario": "high_latency",
          "toMs": 14800,
          "watchedUntilMs": null,
        },
      ]
    `);
  });

  test('loses no sample, keeps order and extremes, and stays below 600 buckets', () => {
    const ticks = fc.array(
      fc.record({
        at: fc.oneof(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 1e10 })),
        latencyMs: fc.double({ min: 0, max: 60_000, noNaN: true }),
        ok: fc.boolean(),
      }),
      { minLength: 1, maxLength: 400 },
    );
    fc.assert(
      fc.property(ticks, fc.integer({ min: 1, max: 5_000 }), (all, everyMs) => {
        const samples = all.map(({ at, latencyMs, ok }) =>
          sample(at, { latencyMs, outcome: ok ? 'passed' : 'timeout' }),
        );
        const { probes: seen } = foldAll(timeline, [runStarted({ probes: probes(everyMs) }), ...samples]);
        const { buckets = [], bucketMs = 0 } = seen[0] ?? {};
        expect(buckets.length).toBeLessThanOrEqual(600);
        expect(bucketMs % everyMs).toBe(0);
        expect(buckets.reduce((sum, { passed }) => sum + passed, 0)).toBe(all.filter(({ ok }) => ok).length);
        expect(buckets.reduce((sum, { failed }) => sum + failed, 0)).toBe(all.filter(({ ok }) => !ok).length);
        expect(Math.max(...buckets.map(({ maxMs }) => maxMs))).toBe(
          Math.max(...all.map((one) => one.latencyMs)),
        );
        for (const [i, { p50Ms, p95Ms, maxMs, fromMs }] of buckets.entries()) {
          expect(p50Ms).toBeLessThanOrEqual(p95Ms);
          expect(p95Ms).toBeLessThanOrEqual(maxMs);
          expect(fromMs).toBeGreaterThan(buckets[i - 1]?.fromMs ?? Number.NEGATIVE_INFINITY);
        }
      }),
    );
  });

  test('percentiles of a bucket are those of its samples, at most 0.5 % off', () => {
    const times = fc.array(fc.double({ min: 1, max: 10_000, noNaN: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(times, (all) => {
        const samples = all.map((latencyMs) => sample(0, { latencyMs }));
        const { probes: seen } = foldAll(timeline, [runStarted({ probes: probes(100) }), ...samples]);
        const [bucket] = seen[0]?.buckets ?? [];
        const sorted = all.toSorted((a, b) => a - b);
        const exact = sorted[Math.ceil(0.5 * sorted.length) - 1] ?? 0;
        expect(Math.abs((bucket?.p50Ms ?? 0) - exact)).toBeLessThanOrEqual(0.006 * exact);
      }),
    );
  });

  test('a steady probe has as many samples in each bucket, however long the run', () => {
    const hour = Array.from({ length: 36_000 }, (_, i) => sample(i * 100));
    const { probes: seen } = foldAll(timeline, [runStarted({ probes: probes(100) }), ...hour]);
    const counts = new Set(seen[0]?.buckets.slice(0, -1).map(({ passed }) => passed));
    expect([...counts]).toEqual([64]);
  });
});
