import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { quantityKinds } from '../src/judge/campaign/day-quantities.js';
import { compareQuantity } from '../src/judge/campaign/compare-quantity.js';
import { predictionInterval } from '../src/judge/statistics/prediction-interval.js';
import { studentT } from '../src/judge/statistics/student-t.js';
import { decisions } from '../src/model/decide.js';
import type { DayQuantityName } from '../src/model/earlier-day.js';

/** Uniform numbers of one seed: simulated days, not choices of a run. */
function stream(seed: number) {
  const at = decisions(seed).at('simulation', 'draw');
  let n = 0;
  const uniform = () => at(n++);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

const { uniform, normal } = stream(5);

/** Days of a system that stays as it is. */
const worlds: Readonly<Record<DayQuantityName, () => number>> = {
  recoveryTimeSeconds: () => 4 * Math.exp(0.5 * normal()),
  p95DuringMs: () => 200 * Math.exp(0.2 * normal()),
  // A burst of failures a minute, each as long as chance has it, in half of the minutes.
  availabilityByTime: () => {
    let down = 0;
    for (let minute = 0; minute < 10; minute += 1) if (uniform() < 0.5) down -= 2 * Math.log(1 - uniform());
    return 1 - Math.min(1, down / 600);
  },
  longestOutageMs: () => -2_000 * Math.log(1 - uniform()),
};

const names = Object.keys(worlds) as DayQuantityName[];
const days = (world: () => number, n: number) => Array.from({ length: n }, world);
const percent = (trials: number, holds: () => boolean) => {
  let held = 0;
  for (let i = 0; i < trials; i += 1) if (holds()) held += 1;
  return (100 * held) / trials;
};

function measure(): ReadonlyMap<string, number> {
  const measured = new Map<string, number>();
  for (const name of names) {
    const { logShift, most } = quantityKinds[name];
    const scale = logShift === undefined ? {} : { logShift };
    for (const n of [5, 10, 30]) {
      measured.set(
        `${name}: the expected range of ${n} days holds the next one`,
        percent(4_000, () => {
          const expected = predictionInterval(days(worlds[name], n), { ...scale, least: 0, most });
          const next = worlds[name]();
          return expected !== null && expected.lower <= next && next <= expected.upper;
        }),
      );
    }
  }
  for (const n of [5, 10, 30]) {
    measured.set(
      `false alarm in one of the four numbers of an experiment, ${n} days`,
      percent(4_000, () =>
        names.some((name) => compareQuantity(name, worlds[name](), days(worlds[name], n)).regressed),
      ),
    );
    for (const [label, name, factor] of [
      ['p95 twice as long', 'p95DuringMs', 2],
      ['p95 four times as long', 'p95DuringMs', 4],
      ['recovery four times as long', 'recoveryTimeSeconds', 4],
    ] as const) {
      measured.set(
        `${label}: seen on its first day, ${n} days`,
        percent(4_000, () => compareQuantity(name, factor * worlds[name](), days(worlds[name], n)).regressed),
      );
    }
  }
  return measured;
}

test('the 99.5 % points of Student are those of the tables', () => {
  const tabled = { 1: 63.657, 4: 4.604, 9: 3.25, 29: 2.756, 100: 2.626 };
  for (const [freedom, point] of Object.entries(tabled)) {
    expect(studentT(Number(freedom), 0.99)).toBeCloseTo(point, 3);
  }
});

describe('comparing days, simulated', () => {
  const measured = measure();

  test('the expected range holds the next day of a steady system in about 99 of 100', () => {
    for (const [name, share] of measured) {
      if (name.includes('expected range'))
        expect({ name, share: share >= 97.5 }).toEqual({ name, share: true });
    }
  });

  test('an experiment that stays as it is raises a false alarm on fewer than five of a hundred days', () => {
    for (const [name, share] of measured) {
      if (name.startsWith('false alarm')) expect({ name, share: share < 5 }).toEqual({ name, share: true });
    }
  });

  test('docs/daily-chaos.md states what is measured here', async () => {
    const table = [...measured].map(([name, share]) => `| ${name} | ${share.toFixed(1)} % |`).join('\n');
    const docs = await readFile(new URL('../docs/daily-chaos.md', import.meta.url), 'utf8');
    expect(docs, `the simulated figures are now:\n${table}`).toContain(table);
  });
});
