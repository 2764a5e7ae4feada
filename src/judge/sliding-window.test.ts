import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sample } from '../../test/run-stream.js';
import { newSlidingWindow, percentileOf, slide } from './sliding-window.js';

test('holds the samples of the last stretch, the newest ones if there are too many; each leaves once', () => {
  const arrivals = fc.array(fc.record({ gap: fc.nat(300), latencyMs: fc.nat(2_000) }), { maxLength: 200 });
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 20 }), (all, most) => {
      const window = newSlidingWindow(1_000, most);
      const arrived: { t: number; latencyMs: number }[] = [];
      const left: number[] = [];
      let t = 0;
      for (const { gap, latencyMs } of all) {
        t += gap;
        arrived.push({ t, latencyMs });
        slide(window, sample(t, { t, latencyMs }), (sampleLeft) => left.push(sampleLeft.t));
        const expected = arrived.filter((one) => one.t > t - 1_000).slice(-most);
        const held = window.samples.slice(window.from);
        expect(held.map((one) => one.t)).toEqual(expected.map((one) => one.t));
        expect([...left, ...held.map((one) => one.t)]).toEqual(arrived.map((one) => one.t));
        expect(window.samples.length).toBeLessThanOrEqual(2 * most + 1);
        const sorted = expected.map((one) => one.latencyMs).sort((a, b) => a - b);
        expect(percentileOf(window, 0.95)).toBe(sorted[Math.ceil(0.95 * sorted.length) - 1]);
      }
    }),
  );
});

test('an empty window has no percentile', () => {
  expect(percentileOf(newSlidingWindow(), 0.95)).toBeNull();
});
