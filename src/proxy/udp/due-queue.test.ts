import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueQueue } from './due-queue.js';

test('it gives what is due first, in the order of coming where times are the same', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 })), fc.nat({ max: 50 }), (dues, taken) => {
      const queue = new DueQueue<number>();
      for (const [n, due] of dues.entries()) queue.add(n, due);
      const sorted = [...dues.entries()].sort(([a, dueA], [b, dueB]) => dueA - dueB || a - b).map(([n]) => n);
      const first = Array.from({ length: Math.min(taken, dues.length) }, () => queue.takeFirst());
      expect(first).toEqual(sorted.slice(0, taken));
      expect(queue.firstDueMs).toBe(dues[sorted[taken] ?? -1]);
      expect(queue.drain()).toEqual(sorted.slice(taken).sort((a, b) => a - b));
      expect(queue.takeFirst()).toBe(undefined);
    }),
  );
});
