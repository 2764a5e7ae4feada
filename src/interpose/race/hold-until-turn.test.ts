import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { Delays } from '../delays.js';
import { holdUntilTurn } from './hold-until-turn.js';
import { Lanes } from './lanes.js';

const comers = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 3 }),
    delayMs: fc.integer({ min: 0, max: 20 }),
    lane: fc.constantFrom('a', 'b', null),
    isGone: fc.boolean(),
  }),
  { maxLength: 15 },
);

test('those of one lane go in the order of their coming, each once, none before its time; those that are gone hold up nobody', async () => {
  await fc.assert(
    fc.asyncProperty(comers, fc.option(fc.integer({ min: 0, max: 30 })), async (all, overAtMs) => {
      const clock = new VirtualClock();
      const delays = new Delays(clock, Number.POSITIVE_INFINITY);
      const lanes = new Lanes();
      const went: { readonly i: number; readonly atMs: number }[] = [];
      const dueMs: number[] = [];
      for (const [i, { afterMs, delayMs, lane, isGone }] of all.entries()) {
        await clock.advance(afterMs);
        if (overAtMs !== null && clock.nowMs() >= overAtMs) delays.release();
        dueMs.push(clock.nowMs() + delayMs);
        if (isGone) {
          if (lane !== null) lanes.of(lane).enter(() => true);
          continue;
        }
        const place = lane === null ? null : lanes.of(lane).enter();
        holdUntilTurn(delayMs, place, delays, () => went.push({ i, atMs: clock.nowMs() }));
      }
      await clock.advance(100);
      const stay = all.flatMap(({ isGone }, i) => (isGone ? [] : [i]));
      expect(went.map(({ i }) => i).toSorted((a, b) => a - b)).toEqual(stay);
      for (const lane of ['a', 'b']) {
        const order = went.flatMap(({ i }) => (all[i]?.lane === lane ? [i] : []));
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        expect(lanes.busy(lane)).toBe(null);
      }
      if (overAtMs === null)
        for (const { i, atMs } of went) expect(atMs).toBeGreaterThanOrEqual(dueMs[i] ?? 0);
    }),
    { numRuns: 60 },
  );
});
