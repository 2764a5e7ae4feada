import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemClock } from '../model/system-clock.js';
import { Deadline } from './deadline.js';

const never = new AbortController().signal;

test('each is reached once, not early, in order; cleared ones never, moved ones at their last time', async () => {
  const act = fc.record({
    which: fc.nat({ max: 5 }),
    what: fc.constantFrom('set', 'set', 'set', 'clear'),
    inMs: fc.integer({ min: -5, max: 25 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 30 }), async (acts) => {
      const reached: { which: number; atMs: number }[] = [];
      const deadlines = Array.from(
        { length: 6 },
        (_, which) => new Deadline(() => reached.push({ which, atMs: systemClock.nowMs() })),
      );
      const due = new Map<number, number>();
      const nowMs = systemClock.nowMs();
      for (const { which, what, inMs } of acts) {
        if (what === 'set') {
          deadlines[which]?.set(nowMs + inMs);
          due.set(which, nowMs + inMs);
        } else {
          deadlines[which]?.clear();
          due.delete(which);
        }
      }
      while (reached.length < due.size) await systemClock.sleep(1, never);
      await systemClock.sleep(5, never);
      expect(reached.map(({ which }) => which).sort()).toEqual([...due.keys()].sort());
      for (const { which, atMs } of reached) expect(atMs).toBeGreaterThanOrEqual(due.get(which) ?? Infinity);
      const times = reached.map(({ which }) => due.get(which) ?? 0);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }),
    { numRuns: 60 },
  );
});

test('one may set another, and itself, from its call', async () => {
  const reached: string[] = [];
  const first: Deadline = new Deadline(() => {
    reached.push('first');
    if (reached.length < 3) first.set(systemClock.nowMs() + 1);
    else second.set(systemClock.nowMs() - 1);
  });
  const second = new Deadline(() => reached.push('second'));
  first.set(systemClock.nowMs());
  await expect.poll(() => reached).toEqual(['first', 'first', 'first', 'second']);
});
