import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decisions } from '../../../model/decide.js';
import { BurstChain } from './burst-chain.js';

const chance = fc.double({ min: 0.01, max: 1, noNaN: true });
const drawOf = (seed: number) => decisions(seed).at('burst', 'conn#0');

/** The plain chain, from datagram 0 on. */
function walk(seed: number, p: number, r: number, count: number): readonly boolean[] {
  const draw = drawOf(seed);
  let isBad = draw(0) < p / (p + r);
  return Array.from({ length: count }, (_, n) => {
    if (n > 0) isBad = draw(n) < (isBad ? 1 - r : p);
    return isBad;
  });
}

test('in any order, each state is that of the plain chain', () => {
  fc.assert(
    fc.property(fc.integer(), chance, chance, fc.array(fc.nat({ max: 199 })), (seed, p, r, asked) => {
      const plain = walk(seed, p, r, 200);
      const chain = new BurstChain(drawOf(seed));
      for (const n of asked) expect(chain.isBad(n, { p, r })).toBe(plain[n]);
    }),
  );
});

test('other rates in between change nothing', () => {
  fc.assert(
    fc.property(fc.integer(), chance, chance, fc.nat({ max: 99 }), (seed, p, r, n) => {
      const chain = new BurstChain(drawOf(seed));
      const before = chain.isBad(n, { p, r });
      chain.isBad(n, { p: r, r: p });
      expect(chain.isBad(n, { p, r })).toBe(before);
    }),
  );
});

test('without a way into the bad state all are good; without a way out none is once it is bad', () => {
  const chain = new BurstChain(drawOf(1));
  for (let n = 0; n < 50; n += 1) expect(chain.isBad(n, { p: 0, r: 0 })).toBe(false);
  for (let n = 0; n < 50; n += 1) expect(chain.isBad(n, { p: 0.5, r: 0 })).toBe(true);
});
