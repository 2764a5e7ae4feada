import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { availability } from '../src/judge/resilience/availability.js';
import { faultTolerance } from '../src/judge/resilience/fault-tolerance.js';
import { gracefulDegradation } from '../src/judge/resilience/graceful-degradation.js';
import { meanTimeToRecovery } from '../src/judge/resilience/mean-time-to-recovery.js';
import { blockBootstrapInterval } from '../src/judge/statistics/block-bootstrap-interval.js';
import { momentsOf } from '../src/judge/statistics/moments.js';
import { tInterval } from '../src/judge/statistics/t-interval.js';
import { wilsonInterval } from '../src/judge/statistics/wilson-interval.js';
import { decisions } from '../src/model/decide.js';
import type { Interval } from '../src/model/interval.js';

/** A stream of uniform numbers of one seed: simulated worlds, not choices of a run. */
function stream(seed: number) {
  const at = decisions(seed).at('simulation', 'draw');
  let n = 0;
  const uniform = () => at(n++);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

/** Share of trials, in percent, whose interval holds the truth; trials without an interval are left out. */
function coverage(trials: number, truth: number, trial: () => Interval | null): number {
  let held = 0;
  let made = 0;
  for (let i = 0; i < trials; i += 1) {
    const interval = trial();
    if (interval === null) continue;
    made += 1;
    if (interval.lower <= truth && truth <= interval.upper) held += 1;
  }
  return (100 * held) / made;
}

/** One run of 300 s at 50 calls a second: bursts of failures of 5 s, a tenth of the time, as facts 5.2 has it. */
function burstyRun({ uniform }: ReturnType<typeof stream>): readonly { good: number; offered: number }[] {
  let left = 0;
  // Each of the 295 possible starts: on average 6 bursts that may overlap, one second at a time.
  const start = 1 - 0.9 ** (1 / 5);
  const warmUp = 5;
  return Array.from({ length: 300 + warmUp }, () => {
    if (uniform() < start) left = 5;
    const bad = left > 0;
    left -= 1;
    return { good: bad ? 0 : 50, offered: 50 };
  }).slice(warmUp);
}

const goodOf = (run: readonly { good: number; offered: number }[]) =>
  run.reduce((sum, { good }) => sum + good, 0) / run.reduce((sum, { offered }) => sum + offered, 0);

function recoveryTimes(n: number, horizon: number, { normal }: ReturnType<typeof stream>) {
  return Array.from({ length: n }, () => {
    const seconds = 10 * Math.exp(0.8 * normal());
    return seconds < horizon ? { seconds, recovered: true } : { seconds: horizon, recovered: false };
  });
}

/** Of min(T, horizon), by the midpoints of a million quantiles. */
function restrictedTruth(horizon: number): number {
  const { normal } = stream(99);
  let sum = 0;
  for (let i = 0; i < 1_000_000; i += 1) sum += Math.min(10 * Math.exp(0.8 * normal()), horizon);
  return sum / 1_000_000;
}

const forever = 10 ** 9;

/** What each metric's interval covers, by name as in docs/metrics.md. */
function measure(): ReadonlyMap<string, number> {
  const measured = new Map<string, number>();
  const worlds = stream(1);
  const runs = (n: number) => Array.from({ length: n }, () => burstyRun(worlds));
  for (const n of [5, 10]) {
    measured.set(
      `availability, bursts of 5 s in 10 % of the time, ${n} runs`,
      coverage(2_000, 90, () => {
        const shares = runs(n).map((run) => ({ byTime: goodOf(run), byRequests: 1, withinRun: null }));
        return availability(shares, 99).interval;
      }),
    );
  }
  measured.set(
    'availability, one run, Wilson over requests (not used)',
    coverage(1_000, 0.9, () => wilsonInterval(Math.round(15_000 * goodOf(burstyRun(worlds))), 15_000)),
  );
  let seed = 0;
  measured.set(
    'availability, one run, bootstrap of 25 s blocks (shown, never decides)',
    coverage(400, 0.9, () =>
      blockBootstrapInterval(burstyRun(worlds), {
        blockLength: 25,
        block: '25 s',
        seed: (seed += 1),
        repetitions: 400,
      }),
    ),
  );
  for (const [label, horizon] of [
    ['all recovered', forever],
    ['4 % censored at 40 s', 40],
    ['19 % censored at 20 s', 20],
  ] as const) {
    const truth = horizon === forever ? 10 * Math.exp(0.32) : restrictedTruth(horizon);
    for (const n of [5, 10]) {
      measured.set(
        `recovery time, log-normal σ 0.8, ${label}, ${n} runs`,
        coverage(4_000, truth, () => {
          const target = { horizonSeconds: horizon, targetSeconds: 30 };
          return meanTimeToRecovery(recoveryTimes(n, horizon, worlds), target).interval;
        }),
      );
      measured.set(
        `recovery time, log-normal σ 0.8, ${label}, ${n} runs, plain t (not used)`,
        coverage(4_000, truth, () => {
          const seconds = recoveryTimes(n, horizon, worlds).map((time) => time.seconds);
          return tInterval(momentsOf(seconds), { least: 0, most: horizon });
        }),
      );
    }
  }
  for (const [share, n] of [
    [0.8, 5],
    [0.8, 20],
    [0.95, 20],
    [0.95, 60],
  ] as const) {
    measured.set(
      `fault tolerance, truth ${100 * share} %, ${n} faults`,
      coverage(10_000, 100 * share, () => {
        const faults = Array.from({ length: n }, () => ({ fault: 'x', tolerated: worlds.uniform() < share }));
        return faultTolerance(faults, 80).interval;
      }),
    );
  }
  for (const n of [5, 10]) {
    measured.set(
      `graceful degradation, bursts with fallbacks of half, ${n} runs`,
      coverage(2_000, 0.9 * (1 - 0.3 * 0.5) * 100, () => {
        const degraded = runs(n).map((run) => {
          const answered = Math.round(15_000 * goodOf(run));
          let fallbacks = 0;
          // One decision a minute of answers: a breaker that is open or not.
          for (let minute = 0; minute < 5; minute += 1) if (worlds.uniform() < 0.3) fallbacks += 1;
          return { yield: answered / 15_000, harvest: 1 - (fallbacks / 5) * 0.5, triangle: null };
        });
        return gracefulDegradation(degraded, 80).interval;
      }),
    );
  }
  return measured;
}

describe('what the intervals cover, simulated', () => {
  const measured = measure();

  test('availability under bursty failures: 93 to 97 % with ten runs', () => {
    const share = measured.get('availability, bursts of 5 s in 10 % of the time, 10 runs') ?? 0;
    expect(share).toBeGreaterThanOrEqual(93);
    expect(share).toBeLessThanOrEqual(97);
  });

  test('the log scale brings recovery times over five runs from about 86 to about 94 %', () => {
    const name = 'recovery time, log-normal σ 0.8, all recovered, 5 runs';
    expect(measured.get(`${name}, plain t (not used)`)).toBeLessThan(89);
    expect(measured.get(name)).toBeGreaterThan(92);
  });

  test('docs/metrics.md states what is measured here', async () => {
    const table = [...measured].map(([name, share]) => `| ${name} | ${share.toFixed(1)} % |`).join('\n');
    const docs = await readFile(new URL('../docs/metrics.md', import.meta.url), 'utf8');
    expect(docs, `the simulated figures are now:\n${table}`).toContain(table);
  });
});
