import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findCircles } from './find-circles.js';

test('two that hold what the other one waits for are a circle; who waits behind them is not in it', () => {
  const waits = [
    { waiter: 'late', heldBy: 'b' },
    { waiter: 'a', heldBy: 'b' },
    { waiter: 'b', heldBy: 'a' },
    { waiter: 'elsewhere', heldBy: 'busy' },
    { waiter: 'alone', heldBy: null },
  ];
  expect(findCircles(waits)).toEqual([['b', 'a']]);
});

test('one that waits for itself is a circle', () => {
  expect(findCircles([{ waiter: 'a', heldBy: 'a' }])).toEqual([['a']]);
});

const name = fc.integer({ min: 0, max: 12 }).map(String);
const anyWaits = fc.uniqueArray(fc.record({ waiter: name, heldBy: fc.option(name) }), {
  selector: ({ waiter }) => waiter,
});

test('those in circles are exactly those that come back to themselves', () => {
  fc.assert(
    fc.property(anyWaits, (waits) => {
      const next = new Map(waits.map(({ waiter, heldBy }) => [waiter, heldBy]));
      const comesBack = (start: string) => {
        let at: string | null = start;
        for (let step = 0; step < waits.length && at !== null; step += 1) {
          at = next.get(at) ?? null;
          if (at === start) return true;
        }
        return false;
      };
      const inCircles = findCircles(waits).flat();
      const expected = waits.map(({ waiter }) => waiter).filter(comesBack);
      expect(inCircles.toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: 2_000 },
  );
});

test('each circle is told once, in the order of waiting', () => {
  fc.assert(
    fc.property(anyWaits, (waits) => {
      const next = new Map(waits.map(({ waiter, heldBy }) => [waiter, heldBy]));
      for (const circle of findCircles(waits)) {
        for (const [index, waiter] of circle.entries())
          expect(next.get(waiter)).toBe(circle[(index + 1) % circle.length]);
      }
    }),
  );
});
