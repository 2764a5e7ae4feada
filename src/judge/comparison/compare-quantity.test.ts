import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparedNames } from '../../model/comparison.js';
import { compareQuantity } from './compare-quantity.js';
import { comparedKinds, defaultMargins } from './compared-kinds.js';

const p95 = (base: readonly number[], head: readonly number[]) =>
  compareQuantity('p95DuringMs', { base, head }, defaultMargins.p95DuringMs);

describe('one number on both sides', () => {
  test('the same values on both sides are not worse', () => {
    const values = [100, 104, 98, 102, 101];
    expect(p95(values, values)).toMatchObject({ difference: 0, state: 'not-worse', runsToDecide: null });
  });

  test('four times as long is worse, and better never is', () => {
    const short = [100, 104, 98, 102, 101];
    const long = short.map((ms) => 4 * ms);
    expect(p95(short, long).state).toBe('worse');
    expect(p95(long, short).state).toBe('not-worse');
  });

  test('what varies too much is undecided, with the runs that would decide', () => {
    const compared = p95([100, 300, 80, 250, 120], [110, 280, 90, 400, 100]);
    expect(compared.state).toBe('undecided');
    expect(compared.runsToDecide).toBeGreaterThan(0);
    const { lower, upper } = compared.interval ?? { lower: 0, upper: 0 };
    expect(lower).toBeLessThan(compared.margin);
    expect(upper).toBeGreaterThan(compared.margin);
  });

  test('fewer than five runs on a side never decide, however far apart they are', () => {
    const compared = p95([10, 11, 10, 11, 10], [900, 901, 900, 901]);
    expect(compared).toMatchObject({ state: 'undecided', interval: null, runsToDecide: 1 });
  });

  test('runs that are all alike decide by their values', () => {
    const well = (share: number) => Array.from({ length: 5 }, () => share);
    const compare = (base: number, head: number) =>
      compareQuantity('answeredWell', { base: well(base), head: well(head) }, defaultMargins.answeredWell);
    expect(compare(1, 1)).toMatchObject({ state: 'not-worse', interval: null, difference: 0 });
    expect(compare(1, 0.99).state).toBe('not-worse');
    expect(compare(1, 0.9)).toMatchObject({ state: 'worse', difference: -0.1 });
  });

  test('nothing on one side is undecided', () => {
    expect(p95([], [1, 2, 3, 4, 5])).toMatchObject({ state: 'undecided', difference: null });
  });

  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 9 });
  test.each(comparedNames)('%s: what is worse one way round is not worse the other', (name) => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const scale = comparedKinds[name].unit === 'share' ? 1 : 1_000;
        const [base, head] = [a, b].map((side) => side.map((value) => value * scale)) as [number[], number[]];
        // With a margin of nothing both cannot be so.
        const none = { share: 0, floor: 0 };
        const there = compareQuantity(name, { base, head }, none).state;
        const back = compareQuantity(name, { base: head, head: base }, none).state;
        if (there === 'worse') expect(back).toBe('not-worse');
        const run = compareQuantity(name, { base, head }, defaultMargins[name]);
        if (run.interval === null || run.difference === null) return;
        expect(run.interval.lower).toBeLessThanOrEqual(run.difference + 1e-6);
        expect(run.interval.upper).toBeGreaterThanOrEqual(run.difference - 1e-6);
      }),
    );
  });

  test('a larger margin never makes it worse', () => {
    fc.assert(
      fc.property(values, values, fc.double({ min: 0, max: 1, noNaN: true }), (base, head, floor) => {
        const rank = (of: number) =>
          ['not-worse', 'undecided', 'worse'].indexOf(
            compareQuantity('answeredWell', { base, head }, { share: 0, floor: of }).state,
          );
        expect(rank(floor + 0.1)).toBeLessThanOrEqual(rank(floor));
      }),
    );
  });
});
