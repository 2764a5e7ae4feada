import fc from 'fast-check';
import { expect, test } from 'vitest';
import { samplesFor, shareSeen } from './share-seen.js';

test.each([
  // None of thirty at 30 %: (0.7)^30 is 0.00002.
  [0, 30, 0.3, 'no'],
  // None of thirty at 10 %: one look in 24.
  [0, 30, 0.1, 'unknown'],
  [1, 30, 0.3, 'yes'],
  [9, 30, 0.3, 'yes'],
  [30, 30, 0.3, 'unknown'],
  [30, 30, 1, 'yes'],
  [29, 30, 1, 'no'],
  [0, 200, 0, 'unknown'],
  [3, 200, 0, 'unknown'],
  [0, 0, 0.5, 'unknown'],
  [3, 100, 0.5, 'no'],
] as const)('%i of %i at a rate of %f: %s', (hits, samples, rate, said) => {
  expect(shareSeen(hits, samples, rate)).toBe(said);
});

test('takes as many samples as tell, within limits', () => {
  expect([0, 0.001, 0.1, 0.3, 0.9, 1].map(samplesFor)).toEqual([200, 200, 88, 30, 30, 30]);
});

test('what is expected is never refused', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.05, max: 0.95, noNaN: true }), (rate) => {
      const samples = samplesFor(rate);
      expect(shareSeen(Math.max(1, Math.round(samples * rate)), samples, rate)).toBe('yes');
    }),
  );
});
