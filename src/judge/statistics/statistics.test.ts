import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockBootstrapInterval } from './block-bootstrap-interval.js';
import { kaplanMeier, medianSeconds, restrictedMeanSeconds } from './kaplan-meier.js';
import { logMeanInterval } from './log-mean-interval.js';
import { medianOf } from './median-of.js';
import { momentsOf } from './moments.js';
import { pseudoValues } from './pseudo-values.js';
import { runsToDecide } from './runs-to-decide.js';
import { studentT975 } from './student-t.js';
import { tInterval } from './t-interval.js';
import { wilsonInterval } from './wilson-interval.js';

const anyRange = { least: -Infinity, most: Infinity };
const times = fc.array(
  fc.record({ seconds: fc.double({ min: 0, max: 60, noNaN: true }), recovered: fc.boolean() }),
  { minLength: 1, maxLength: 30 },
);

test('the 97.5 % points are those of the published table', () => {
  const table = [1, 2, 3, 4, 5, 9, 10, 19, 29, 60, 120].map((df) => studentT975(df).toFixed(3));
  expect(table).toEqual([
    '12.706',
    '4.303',
    '3.182',
    '2.776',
    '2.571',
    '2.262',
    '2.228',
    '2.093',
    '2.045',
    '2.000',
    '1.980',
  ]);
  expect(studentT975(10 ** 9)).toBeCloseTo(1.96, 3);
});

describe('intervals over runs', () => {
  test('a t-interval is that of the textbook', () => {
    // Mean 5, s = √2.5, n = 5: 5 ± 2.776 · 0.7071.
    const interval = tInterval(momentsOf([3, 4, 5, 6, 7]), anyRange);
    expect(interval?.lower).toBeCloseTo(3.0368, 4);
    expect(interval?.upper).toBeCloseTo(6.9632, 4);
  });

  test('Wilson is that of Newcombe 1998, table I', () => {
    const figures = [
      [81, 263],
      [15, 148],
      [0, 20],
      [1, 29],
    ].map(([yes = 0, n = 0]) => {
      const { lower, upper } = wilsonInterval(yes, n) ?? { lower: NaN, upper: NaN };
      return `${lower.toFixed(4)} to ${upper.toFixed(4)}`;
    });
    expect(figures).toEqual(['0.2553 to 0.3662', '0.0624 to 0.1605', '0.0000 to 0.1611', '0.0061 to 0.1718']);
  });

  test('Cox on the log scale is that of Olsson 2005', () => {
    // n = 40, mean of logs 5.127, variance 1.010: 190 to 409 with t = 2.023.
    const interval = logMeanInterval({ n: 40, mean: 5.127, variance: 1.01 });
    expect(interval?.lower).toBeCloseTo(190, -1);
    expect(interval?.upper).toBeCloseTo(410, -2);
  });

  test('fewer than five runs, or runs that are all equal, have none', () => {
    expect(tInterval(momentsOf([1, 2, 3, 4]), anyRange)).toBeNull();
    expect(tInterval(momentsOf([2, 2, 2, 2, 2]), anyRange)).toBeNull();
    expect(logMeanInterval(momentsOf([1, 1, 1, 1, 1]))).toBeNull();
    expect(wilsonInterval(4, 4)).toBeNull();
  });

  test('an interval holds its estimate, and lies in the range of the quantity', () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 40 });
    fc.assert(
      fc.property(shares, fc.nat(50), fc.integer({ min: 5, max: 50 }), (values, yes, n) => {
        const moments = momentsOf(values);
        const t = tInterval(moments, { least: 0, most: 1 });
        const wilson = wilsonInterval(Math.min(yes, n), n);
        for (const [interval, estimate] of [
          [t, moments.mean],
          [wilson, Math.min(yes, n) / n],
        ] as const) {
          if (interval === null) continue;
          expect(interval.lower).toBeGreaterThanOrEqual(0);
          expect(interval.upper).toBeLessThanOrEqual(1);
          expect(interval.lower).toBeLessThanOrEqual(estimate + 1e-12);
          expect(interval.upper).toBeGreaterThanOrEqual(estimate - 1e-12);
        }
      }),
    );
  });
});

describe('time to recovery', () => {
  test('the steps are those of the worked example of leukaemia patients (Freireich 1963, 6-MP)', () => {
    const recovered = [6, 6, 6, 7, 10, 13, 16, 22, 23];
    const censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
    const steps = kaplanMeier([
      ...recovered.map((seconds) => ({ seconds, recovered: true })),
      ...censored.map((seconds) => ({ seconds, recovered: false })),
    ]);
    expect(steps.map(({ fromSeconds, share }) => `${fromSeconds}: ${share.toFixed(3)}`)).toEqual([
      '0: 1.000',
      '6: 0.857',
      '7: 0.807',
      '10: 0.753',
      '13: 0.690',
      '16: 0.627',
      '22: 0.538',
      '23: 0.448',
    ]);
    expect(medianSeconds(steps)).toBe(23);
  });

  test('the share never rises, and the restricted mean lies between nothing and the horizon', () => {
    fc.assert(
      fc.property(times, fc.double({ min: 1, max: 100, noNaN: true }), (runs, horizon) => {
        const steps = kaplanMeier(runs);
        for (const [i, { share }] of steps.entries())
          expect(share).toBeLessThanOrEqual(steps[i - 1]?.share ?? 1);
        const mean = restrictedMeanSeconds(steps, horizon);
        expect(mean).toBeGreaterThanOrEqual(0);
        expect(mean).toBeLessThanOrEqual(horizon + 1e-9);
      }),
    );
  });

  test('when nothing is censored it is the plain mean of times cut at the horizon, and so is each pseudo-value', () => {
    fc.assert(
      fc.property(times, (runs) => {
        const all = runs.map(({ seconds }) => ({ seconds, recovered: true }));
        const cut = all.map(({ seconds }) => Math.min(seconds, 20));
        expect(restrictedMeanSeconds(kaplanMeier(all), 20)).toBeCloseTo(momentsOf(cut).mean, 6);
        if (all.length < 2) return;
        for (const [i, value] of pseudoValues(all, 20).entries()) expect(value).toBeCloseTo(cut[i] ?? NaN, 5);
      }),
    );
  });

  test('a run that never recovered makes it longer than leaving it out would', () => {
    const three = [2, 3, 4].map((seconds) => ({ seconds, recovered: true }));
    const never = { seconds: 60, recovered: false };
    expect(restrictedMeanSeconds(kaplanMeier(three), 60)).toBeCloseTo(3, 9);
    expect(restrictedMeanSeconds(kaplanMeier([...three, never]), 60)).toBeCloseTo((2 + 3 + 4 + 60) / 4, 9);
    expect(medianSeconds(kaplanMeier([never]))).toBeNull();
  });
});

describe('a block bootstrap inside one run', () => {
  const options = { blockLength: 5, block: '5 s', seed: 1 };
  const burst = Array.from({ length: 60 }, (_, i) => ({ good: i >= 20 && i < 30 ? 0 : 10, offered: 10 }));

  test('says the same for the same seed, and holds the share of the run', () => {
    const interval = blockBootstrapInterval(burst, options);
    expect(interval).toEqual(blockBootstrapInterval(burst, options));
    expect(interval?.lower).toBeLessThan(50 / 60);
    expect(interval?.upper).toBeGreaterThan(50 / 60);
    expect(interval?.method).toBe('bootstrap of 5 s blocks inside one run');
  });

  test('is wider than one that takes each second for itself', () => {
    const width = (blockLength: number) => {
      const { lower, upper } = blockBootstrapInterval(burst, { ...options, blockLength }) ?? {
        lower: 0,
        upper: 0,
      };
      return upper - lower;
    };
    expect(width(5)).toBeGreaterThan(1.3 * width(1));
  });

  test('of a run without failures, or of a few blocks, there is none', () => {
    expect(blockBootstrapInterval(burst.slice(0, 20), options)).toBeNull();
    expect(blockBootstrapInterval(burst.slice(30), options)).toBeNull();
  });
});

test('the fewest runs that decide are found, and none when nothing would', () => {
  expect(runsToDecide(5, (runs) => runs >= 17)).toBe(12);
  expect(runsToDecide(2, () => true)).toBe(3);
  expect(runsToDecide(5, () => false)).toBeNull();
});

test('a median is the middle, or the mean of the two in the middle', () => {
  expect([medianOf([]), medianOf([3]), medianOf([1, 9, 2]), medianOf([4, 1, 2, 3])]).toEqual([
    null,
    3,
    2,
    2.5,
  ]);
});
