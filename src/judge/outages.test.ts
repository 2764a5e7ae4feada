import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addTick, downtimeUntil, newOutages } from './outages.js';

interface Tick {
  readonly at: number;
  readonly passed: boolean;
}

/** The definition, word for word, over ticks that are all there and in order. */
function oracle(ticks: readonly Tick[], endMs: number): { longestMs: number; totalMs: number } {
  const outages: number[] = [];
  for (const [i, { at, passed }] of ticks.entries()) {
    if (passed || ticks[i - 1]?.passed === false) continue;
    const back = ticks.slice(i).find((tick) => tick.passed)?.at ?? endMs;
    outages.push(back - at);
  }
  return { longestMs: Math.max(0, ...outages), totalMs: outages.reduce((sum, ms) => sum + ms, 0) };
}

const ticks = fc
  .array(fc.boolean(), { maxLength: 300 })
  .map((all) => all.map((passed, i) => ({ at: i * 200, passed })));

describe('downtime', () => {
  test('is exact for ticks in any order while they fit', () => {
    const shuffled = ticks.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.nat(5_000), ([all, arriving], extra) => {
        const outages = newOutages(1_024);
        for (const { at, passed } of arriving) addTick(outages, at, passed);
        const endMs = all.length * 200 + extra;
        expect(downtimeUntil(outages, endMs)).toEqual(oracle(all, endMs));
      }),
    );
  });

  test('is exact with a small buffer, as long as no tick arrives after more later ones than it keeps', () => {
    const keep = 8;
    fc.assert(
      fc.property(ticks, fc.infiniteStream(fc.nat(keep - 1)), (all, lateness) => {
        // Each tick arrives `late` ticks after its turn: slow failures after quick passes.
        const arriving = all
          .map((tick, i) => ({ tick, arrives: i + (lateness.next().value ?? 0) }))
          .sort((a, b) => a.arrives - b.arrives);
        const outages = newOutages(keep);
        for (const { tick } of arriving) {
          addTick(outages, tick.at, tick.passed);
          expect(outages.at.length).toBeLessThan(2 * keep);
        }
        const endMs = all.length * 200;
        expect(downtimeUntil(outages, endMs)).toEqual(oracle(all, endMs));
      }),
    );
  });

  test('a slow failure that arrives after later quick passes is an outage of its own', () => {
    const outages = newOutages(16);
    addTick(outages, 0, true);
    addTick(outages, 400, true);
    addTick(outages, 200, false);
    expect(downtimeUntil(outages, 1_000)).toEqual({ longestMs: 200, totalMs: 200 });
  });

  test('attempts with one intended start are one tick, which passed if any did', () => {
    const outages = newOutages(16);
    for (const [at, passed] of [
      [0, true],
      [200, false],
      [200, true],
      [400, false],
      [400, false],
      [600, true],
    ] as const) {
      addTick(outages, at, passed);
    }
    expect(downtimeUntil(outages, 1_000)).toEqual({ longestMs: 200, totalMs: 200 });
  });

  test('an open outage ends where it is asked for, and asking changes nothing', () => {
    const outages = newOutages(16);
    addTick(outages, 300, false);
    expect(downtimeUntil(outages, 500)).toEqual({ longestMs: 200, totalMs: 200 });
    expect(downtimeUntil(outages, 900)).toEqual({ longestMs: 600, totalMs: 600 });
  });
});
