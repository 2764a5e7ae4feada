import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decisions } from './decide.js';

const seed = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
const call = fc.record({ rule: fc.string(), site: fc.string(), n: fc.nat(1_000_000) });

test('a decision is a number in [0, 1)', () => {
  fc.assert(
    fc.property(seed, call, (s, { rule, site, n }) => {
      const choice = decisions(s)(rule, site, n);
      expect(choice).toBeGreaterThanOrEqual(0);
      expect(choice).toBeLessThan(1);
    }),
  );
});

test('the same seed decides the same under any interleaving', () => {
  const shuffled = fc
    .array(call, { maxLength: 30 })
    .chain((calls) =>
      fc.tuple(fc.constant(calls), fc.shuffledSubarray([...calls.keys()], { minLength: calls.length })),
    );
  fc.assert(
    fc.property(seed, shuffled, (s, [calls, order]) => {
      const inTurn = decisions(s);
      const expected = calls.map(({ rule, site, n }) => inTurn(rule, site, n));
      const other = decisions(s);
      const got = new Map(
        order.map((index) => {
          const { rule, site, n } = calls[index] ?? { rule: '', site: '', n: 0 };
          return [index, other.at(rule, site)(n)];
        }),
      );
      expect(calls.map((_, index) => got.get(index))).toEqual(expected);
    }),
  );
});

test('seeds differ from each other, also beyond 32 bits', () => {
  const first = (s: number) => decisions(s)('exceptions', 'db.query', 0);
  const seeds = [0, 1, 2, 42, -1, 2 ** 32, 2 ** 32 + 1, 2 ** 40, Number.MAX_SAFE_INTEGER];
  expect(new Set(seeds.map(first)).size).toBe(seeds.length);
});

test('stays what it is: a stored seed must replay in every later version', () => {
  const decide = decisions(42);
  expect([0, 1, 2].map((n) => decide('exceptions', 'db.query', n))).toMatchInlineSnapshot(`
    [
      0.4877119930461049,
      0.5215674517676234,
      0.5987182301469147,
    ]
  `);
});

/** Pearson's statistic over 20 equal cells; 19 degrees of freedom, so above 60 has a chance below 5 in a million. */
function chiSquare(choices: readonly number[]): number {
  const cells = Array.from({ length: 20 }, () => 0);
  for (const choice of choices) cells[Math.floor(choice * 20)] = (cells[Math.floor(choice * 20)] ?? 0) + 1;
  const expected = choices.length / 20;
  return cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

test('decisions are uniform over calls, over sites and over seeds', () => {
  const indexes = Array.from({ length: 10_000 }, (_, index) => index);
  expect(chiSquare(indexes.map((n) => decisions(7)('rule', 'site', n)))).toBeLessThan(60);
  expect(chiSquare(indexes.map((n) => decisions(7)('rule', `site-${n}`, 0)))).toBeLessThan(60);
  expect(chiSquare(indexes.map((n) => decisions(n)('rule', 'site', 0)))).toBeLessThan(60);
});

test('neighbouring calls, sites and rules know nothing of each other', () => {
  const size = 10_000;
  const decide = decisions(11);
  const series = {
    base: (n: number) => decide('rule', 'a.query', n),
    nextCall: (n: number) => decide('rule', 'a.query', n + 1),
    otherSite: (n: number) => decide('rule', 'b.query', n),
    otherRule: (n: number) => decide('rulf', 'a.query', n),
    otherSeed: (n: number) => decisions(12)('rule', 'a.query', n),
  };
  const correlation = (f: (n: number) => number, g: (n: number) => number) => {
    let sum = 0;
    for (let n = 0; n < size; n += 1) sum += (f(n) - 0.5) * (g(n) - 0.5);
    return (12 * sum) / size;
  };
  // The standard deviation of each is 1/√10000 = 0.01; five of them.
  for (const other of [series.nextCall, series.otherSite, series.otherRule, series.otherSeed]) {
    expect(Math.abs(correlation(series.base, other))).toBeLessThan(0.05);
  }
});
