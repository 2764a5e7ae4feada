import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { roundSummary } from '../../../test/gameday-stories.js';
import { verdictsWorstFirst } from '../../model/verdict.js';
import { otherThanHeld } from './other-than-held.js';
import { slowRecovery } from './slow-recovery.js';
import { slowerBefore } from './slower-before.js';
import { surprises } from './surprises.js';

test('every end but held is a surprise; one that a person chose is none', () => {
  const texts = verdictsWorstFirst.map(
    (verdict) => `${verdict}: ${otherThanHeld(roundSummary({ verdict }))}`,
  );
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "leaked: left something behind: because it leaked
    interrupted: null
    not-recovered: did not come back: because it not-recovered
    deviated: went against the hypothesis: because it deviated
    not-steady: was not well before the fault: because it not-steady
    not-injected: the fault was not made or not met: because it not-injected
    inconclusive: too little was seen to say: because it inconclusive
    held: null"
  `);
});

describe('slow to come back', () => {
  const slow = (seconds: number | null, others: readonly (number | null)[]) => {
    const round = roundSummary({ recoverySeconds: seconds });
    return slowRecovery(round, [...others.map((each) => roundSummary({ recoverySeconds: each })), round]);
  };

  test('three times as long as the others usually take', () => {
    expect(slow(6, [1, 2, 60])).toBe('slow to come back: 6 s, the other rounds usually 2 s');
    expect(slow(5.9, [1, 2, 60])).toBeNull();
  });

  test('less than a second more is noise, however many times as long', () => {
    expect(slow(0.9, [0.01, 0.02])).toBeNull();
    expect(slow(1.2, [0.01, 0.02])).not.toBeNull();
  });

  test('fewer than two others have no usual time', () => {
    expect(slow(60, [1])).toBeNull();
    expect(slow(60, [1, null])).toBeNull();
    expect(slow(null, [1, 1])).toBeNull();
  });
});

describe('slower before the fault', () => {
  const before = (ms: number | null, first: number | null) => {
    const round = roundSummary({ p95BeforeMs: ms });
    return slowerBefore(round, [roundSummary({ p95BeforeMs: first }), round]);
  };

  test('twice as slow as when the day began', () => {
    expect(before(400, 200)).toBe(
      'had not come back fully: p95 before this fault 400 ms, at the start of the day 200 ms',
    );
    expect(before(399, 200)).toBeNull();
  });

  test('less than 50 ms more is noise', () => {
    expect(before(51, 2)).toBeNull();
    expect(before(52, 2)).not.toBeNull();
  });

  test('without a first number the next one is the first', () => {
    expect(before(400, null)).toBeNull();
    expect(before(null, 200)).toBeNull();
  });
});

test('a day on which every round held in about the same way has no surprise, in any order', () => {
  const round = fc.record({
    recoverySeconds: fc.double({ min: 0.1, max: 0.29, noNaN: true }),
    p95BeforeMs: fc.double({ min: 20, max: 39, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(round, { maxLength: 8 }), (stories) => {
      const all = stories.map((story) => roundSummary(story));
      expect(all.flatMap((each) => surprises(each, all))).toEqual([]);
    }),
  );
});
