import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { exitCodeOf, internalExitCode, refusedExitCode, verdictsWorstFirst, worstOf } from './verdict.js';

test('every verdict has an exit code of its own', () => {
  const codes = Object.fromEntries(verdictsWorstFirst.map((verdict) => [verdict, exitCodeOf(verdict)]));
  expect(codes).toMatchInlineSnapshot(`
    {
      "deviated": 1,
      "held": 0,
      "inconclusive": 7,
      "interrupted": 130,
      "leaked": 6,
      "not-injected": 4,
      "not-recovered": 5,
      "not-steady": 3,
    }
  `);
  const all = [...Object.values(codes), refusedExitCode, internalExitCode];
  expect(new Set(all).size).toBe(all.length);
});

test('the worst of several is the first of them in the order, however they come', () => {
  const verdicts = fc.array(fc.constantFrom(...verdictsWorstFirst), { minLength: 1 });
  fc.assert(
    fc.property(verdicts, (several) => {
      const worst = worstOf(several);
      expect(several).toContain(worst);
      const rank = verdictsWorstFirst.indexOf(worst);
      expect(several.every((one) => verdictsWorstFirst.indexOf(one) >= rank)).toBe(true);
      expect(worstOf(several.toReversed())).toBe(worst);
    }),
  );
});

test('nothing at all is inconclusive, never held', () => {
  expect(worstOf([])).toBe('inconclusive');
});
