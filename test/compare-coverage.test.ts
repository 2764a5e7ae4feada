import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { compareQuantity } from '../src/judge/comparison/compare-quantity.js';
import { comparedKinds, defaultMargins } from '../src/judge/comparison/compared-kinds.js';
import { momentsOf } from '../src/judge/statistics/moments.js';
import { newcombeInterval } from '../src/judge/statistics/newcombe-interval.js';
import { welchInterval } from '../src/judge/statistics/welch-interval.js';
import type { ComparedName } from '../src/model/comparison.js';
import { decisions } from '../src/model/decide.js';
import type { Interval } from '../src/model/interval.js';

/** Uniform numbers of one seed: simulated runs, not choices of a run. */
function stream(seed: number) {
  const at = decisions(seed).at('simulation', 'draw');
  let n = 0;
  const uniform = () => at(n++);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

const { uniform, normal } = stream(11);

/** Share of a run of ten minutes that is not lost to bursts of failures, each as long as chance has it. */
function burstyShare(): number {
  let down = 0;
  for (let minute = 0; minute < 10; minute += 1) if (uniform() < 0.5) down -= 2 * Math.log(1 - uniform());
  return 1 - Math.min(1, down / 600);
}

/** Runs of a system, the same on both sides; those of daily-coverage.test.ts. */
const worlds: Readonly<Record<ComparedName, () => number>> = {
  answeredWell: burstyShare,
  availabilityByTime: burstyShare,
  p95DuringMs: () => 200 * Math.exp(0.2 * normal()),
  longestOutageMs: () => -2_000 * Math.log(1 - uniform()),
  recoveryTimeSeconds: () => 4 * Math.exp(0.5 * normal()),
};

const names = Object.keys(worlds) as ComparedName[];
const runs = (world: () => number, n: number) => Array.from({ length: n }, world);
const trials = 4_000;
const percent = (holds: () => boolean) => {
  let held = 0;
  for (let i = 0; i < trials; i += 1) if (holds()) held += 1;
  return (100 * held) / trials;
};
const holds = (interval: Interval | null, truth: number) =>
  interval !== null && interval.lower <= truth && truth <= interval.upper;
const compared = (name: ComparedName, n: number, head: () => number) =>
  compareQuantity(name, { base: runs(worlds[name], n), head: runs(head, n) }, defaultMargins[name]);

function measure(): ReadonlyMap<string, number> {
  const measured = new Map<string, number>();
  for (const n of [5, 10, 20]) {
    for (const name of names) {
      const { logShift } = comparedKinds[name];
      const scale = (value: number) => (logShift === undefined ? value : Math.log(value + logShift));
      measured.set(
        `${name}: the interval of the difference of the same system twice holds 0, ${n} runs a side`,
        percent(() => {
          const [base, head] = [runs(worlds[name], n), runs(worlds[name], n)].map((side) =>
            momentsOf(side.map(scale)),
          );
          return base !== undefined && head !== undefined && holds(welchInterval(base, head), 0);
        }),
      );
    }
    for (const [base, head] of [
      [0.9, 0.6],
      [0.95, 0.95],
    ] as const) {
      measured.set(
        `runs that held: Newcombe, truth ${100 * base} % and ${100 * head} %, ${n} runs a side`,
        percent(() => {
          const yes = (share: number) => runs(uniform, n).filter((draw) => draw < share).length;
          return holds(newcombeInterval({ yes: yes(base), n }, { yes: yes(head), n }), head - base);
        }),
      );
    }
    measured.set(
      `false regression in one of the five numbers of the same system twice, ${n} runs a side`,
      percent(() => names.some((name) => compared(name, n, worlds[name]).state === 'worse')),
    );
    measured.set(
      `all five numbers of the same system twice not worse (the rest: undecided), ${n} runs a side`,
      percent(() => names.every((name) => compared(name, n, worlds[name]).state === 'not-worse')),
    );
    measured.set(
      `a calm system twice (p95 varies by 5 %, recovery by 10 %, nothing fails) not worse, ${n} runs a side`,
      percent(() => {
        const [p95, back] = [() => 200 * Math.exp(0.05 * normal()), () => 1 + 0.1 * normal()];
        const alike = (name: ComparedName, world: () => number) =>
          compareQuantity(name, { base: runs(world, n), head: runs(world, n) }, defaultMargins[name]).state;
        return (
          alike('p95DuringMs', p95) === 'not-worse' && alike('recoveryTimeSeconds', back) === 'not-worse'
        );
      }),
    );
    measured.set(
      `p95 worse by just the margin: said to be not worse, ${n} runs a side`,
      percent(() => compared('p95DuringMs', n, () => 1.2 * worlds.p95DuringMs()).state === 'not-worse'),
    );
    for (const [label, factor] of [
      ['p95 twice as long', 2],
      ['p95 four times as long', 4],
    ] as const) {
      measured.set(
        `${label}: seen, ${n} runs a side`,
        percent(() => compared('p95DuringMs', n, () => factor * worlds.p95DuringMs()).state === 'worse'),
      );
    }
    measured.set(
      `recovery four times as long: seen, ${n} runs a side`,
      percent(
        () => compared('recoveryTimeSeconds', n, () => 4 * worlds.recoveryTimeSeconds()).state === 'worse',
      ),
    );
  }
  return measured;
}

describe('comparing two sides, simulated', () => {
  const measured = measure();
  const those = (part: string) => [...measured].filter(([name]) => name.includes(part));

  test('intervals of differences hold the truth', () => {
    for (const [name, share] of [...those('holds 0'), ...those('Newcombe')])
      expect({ name, honest: share >= 92 }).toEqual({ name, honest: true });
  });

  test('the same system twice is seldom worse, and what is just too much is seldom passed', () => {
    for (const [name, share] of [...those('false regression'), ...those('just the margin')])
      expect({ name, seldom: share < 5 }).toEqual({ name, seldom: true });
  });

  test('docs/compare.md states what is measured here', async () => {
    const table = [...measured].map(([name, share]) => `| ${name} | ${share.toFixed(1)} % |`).join('\n');
    const docs = await readFile(new URL('../docs/compare.md', import.meta.url), 'utf8');
    expect(docs, `the simulated figures are now:\n${table}`).toContain(table);
  });
});
