import { describe, expect, test } from 'vitest';
import { availability } from './availability.js';
import { faultTolerance } from './fault-tolerance.js';
import { gracefulDegradation } from './graceful-degradation.js';
import { meanTimeToRecovery } from './mean-time-to-recovery.js';
import { resilienceTriangle } from './resilience-triangle.js';

const repeat = <T>(n: number, value: T) => Array.from({ length: n }, () => value);
const recovered = (...seconds: readonly number[]) =>
  seconds.map((each) => ({ seconds: each, recovered: true }));
const within30 = { horizonSeconds: 60, targetSeconds: 30 };

describe('against its target', () => {
  test('five clear runs decide', () => {
    expect(meanTimeToRecovery(recovered(2, 3, 2.5, 4, 3), within30)).toMatchObject({
      verdict: 'held',
      runsToDecide: null,
      n: 5,
      censored: 0,
      median: 3,
    });
    expect(meanTimeToRecovery(recovered(50, 45, 55, 52, 49), within30)).toMatchObject({
      verdict: 'deviated',
    });
  });

  test('fewer than five do not, and say how many more would', () => {
    expect(meanTimeToRecovery(recovered(2, 3), within30)).toMatchObject({
      verdict: 'inconclusive',
      interval: null,
      runsToDecide: 3,
    });
  });

  test('an interval across the target is inconclusive, with the runs that would decide at this variance', () => {
    const runs = [0.97, 0.99, 1, 0.985, 0.999].map((byTime) => ({
      byTime,
      byRequests: byTime,
      withinRun: null,
    }));
    const metric = availability(runs, 98);
    expect(metric.verdict).toBe('inconclusive');
    expect(metric.value).toBeCloseTo(98.88, 6);
    const more = metric.runsToDecide ?? 0;
    expect(more).toBeGreaterThan(1);
    expect(more).toBeLessThan(30);
  });

  test('five equal runs decide by their value', () => {
    const perfect = repeat(5, { byTime: 1, byRequests: 1, withinRun: null });
    expect(availability(perfect, 99)).toMatchObject({ verdict: 'held', interval: null, value: 100 });
    expect(availability(repeat(5, { byTime: 0.5, byRequests: 1, withinRun: null }), 99)).toMatchObject({
      verdict: 'deviated',
    });
  });

  test('nothing measured is inconclusive, and no number is made up', () => {
    for (const metric of [
      availability([], 99),
      faultTolerance([], 80),
      gracefulDegradation([], 80),
      meanTimeToRecovery([], within30),
    ])
      expect(metric).toMatchObject({
        value: null,
        n: 0,
        interval: null,
        verdict: 'inconclusive',
        runsToDecide: null,
      });
  });
});

test('runs that never recovered are censored, and none of them all give the horizon', () => {
  const never = { seconds: 60, recovered: false };
  const metric = meanTimeToRecovery([...recovered(2, 3, 4), never, never], within30);
  expect(metric).toMatchObject({ median: 4, censored: 2 });
  expect(metric.value).toBeCloseTo((2 + 3 + 4 + 120) / 5, 9);
  expect(meanTimeToRecovery(repeat(5, never), within30)).toMatchObject({
    value: 60,
    median: null,
    censored: 5,
    verdict: 'deviated',
  });
});

test('runs that recovered at once have no logarithm: t over runs', () => {
  expect(meanTimeToRecovery(recovered(0, 0, 1, 2, 0), within30)).toMatchObject({
    verdict: 'held',
    interval: { lower: 0, method: 't over 5 runs' },
  });
});

test('tolerance is counted by injection, in all and by fault; five of five do not yet prove 80 %', () => {
  const injected = [
    ...repeat(5, { fault: 'high_latency', tolerated: true }),
    ...repeat(5, { fault: 'packet_loss', tolerated: false }),
  ];
  const metric = faultTolerance(injected, 80);
  expect(metric).toMatchObject({ value: 50, n: 10, verdict: 'deviated' });
  expect(metric.byFault.map(({ fault, n, tolerated }) => [fault, n, tolerated])).toEqual([
    ['high_latency', 5, 5],
    ['packet_loss', 5, 0],
  ]);
  expect(faultTolerance(injected.slice(0, 5), 80)).toMatchObject({
    verdict: 'inconclusive',
    runsToDecide: 11,
  });
  expect(faultTolerance(repeat(16, { fault: 'x', tolerated: true }), 80)).toMatchObject({ verdict: 'held' });
});

test('degradation is yield times harvest; what stands beside it says which of them fell', () => {
  const runs = [0.9, 0.8, 1, 0.95, 0.85].map((share) => ({ yield: share, harvest: 0.5, triangle: null }));
  const metric = gracefulDegradation(runs, 80);
  expect(metric.value).toBeCloseTo(45, 9);
  expect(metric.verdict).toBe('deviated');
  expect(metric.beside.map(({ name, value }) => `${name} ${value.toFixed(0)}`)).toEqual([
    'yield 90',
    'harvest 50',
  ]);
});

test('the block bootstrap inside the last run is shown and decides nothing', () => {
  const withinRun = { lower: 0.1, upper: 0.2, level: 0.95, method: 'bootstrap of 5 s blocks inside one run' };
  const metric = availability(repeat(5, { byTime: 1, byRequests: 1, withinRun }), 99);
  expect(metric.withinRun).toEqual({ ...withinRun, lower: 10, upper: 20 });
  expect(metric.verdict).toBe('held');
});

describe('the resilience triangle', () => {
  const buckets = (qualities: readonly number[]) =>
    qualities.map((quality, i) => ({ fromMs: i * 1_000, toMs: (i + 1) * 1_000, quality }));

  test('is the area that was lost', () => {
    const triangle = resilienceTriangle(1, buckets([1, 0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 1]));
    expect(triangle?.loss).toBeCloseTo(0.25, 9);
    expect(triangle?.robustness).toBeCloseTo(0.25, 9);
    expect(triangle?.rapidityPerSecond).toBeCloseTo(0.75 / 4, 2);
  });

  test('nothing lost is 0 and whole; all lost is 1 and nothing; without a baseline there is none', () => {
    expect(resilienceTriangle(1, buckets([1, 1, 1]))).toEqual({
      loss: 0,
      robustness: 1,
      rapidityPerSecond: null,
    });
    expect(resilienceTriangle(0.9, buckets([0, 0, 0]))).toMatchObject({ loss: 1, robustness: 0 });
    expect(resilienceTriangle(0, buckets([0]))).toBeNull();
    expect(resilienceTriangle(1, [])).toBeNull();
  });
});
