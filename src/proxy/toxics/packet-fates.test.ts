import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decisions } from '../../model/decide.js';
import { PacketFates } from './packet-fates.js';

const packets = 40_000;

function lose(
  lossRate: number,
  burst: number,
  seed: number,
): { readonly rate: number; readonly burst: number } {
  const fates = new PacketFates(decisions(seed).at('loss', 'test'));
  let [lost, bursts, wasLost] = [0, 0, false];
  for (let n = 0; n < packets; n += 1) {
    const isLost = fates.isNextLost(lossRate, burst);
    if (isLost) lost += 1;
    if (isLost && !wasLost) bursts += 1;
    wasLost = isLost;
  }
  return { rate: lost / packets, burst: lost / Math.max(1, bursts) };
}

test('as many packets are lost as asked, in bursts as long as asked', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.02, max: 0.4, noNaN: true }),
      fc.double({ min: 1.5, max: 8, noNaN: true }),
      fc.integer(),
      (lossRate, burst, seed) => {
        const observed = lose(lossRate, burst, seed);
        // Packets of a burst are lost together: as if there were fewer of them.
        const deviation = Math.sqrt((2 * burst * lossRate) / packets);
        expect(Math.abs(observed.rate - lossRate)).toBeLessThan(6 * deviation);
        expect(observed.burst / burst).toBeGreaterThan(0.6);
        expect(observed.burst / burst).toBeLessThan(1.6);
      },
    ),
    { numRuns: 30 },
  );
});

test.each([
  [0, 0],
  [1, 1],
])('a rate of %d loses %d', (lossRate, rate) => {
  expect(lose(lossRate, 3, 1).rate).toBe(rate);
});

test('without bursts each packet is lost for itself', () => {
  const { rate, burst } = lose(0.1, 1, 5);
  expect(Math.abs(rate - 0.1)).toBeLessThan(6 * Math.sqrt(0.09 / packets));
  expect(Math.abs(burst - 1 / 0.9)).toBeLessThan(0.05);
});
