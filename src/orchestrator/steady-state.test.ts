import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Probe } from '../model/probe.js';
import { SteadyState } from './steady-state.js';

const probe = (name: string): Probe => ({
  name,
  everyMs: 100,
  timeoutMs: 1_000,
  retries: 0,
  ticks: 'overlapping',
  ask: async () => ({ ok: true }),
});

function decided(...ticks: readonly (readonly [intendedAt: number, ok: boolean])[]): SteadyState {
  const steady = new SteadyState([probe('a')]);
  for (const [intendedAt, ok] of ticks) steady.decide({ probe: 'a', ok, intendedAt });
  return steady;
}

describe('heldSince', () => {
  test('nothing decided holds nothing', () => {
    expect(decided().heldSince(0, 0)).toBeNull();
  });

  test('it holds from the first passed tick after the last failed one', () => {
    expect(decided([0, true], [100, false], [200, true], [300, true]).heldSince(0, 100)).toBe(200);
  });

  test('a system that never failed holds from the moment asked about', () => {
    expect(decided([0, true], [100, true], [200, true]).heldSince(150, 0)).toBe(150);
  });

  test('an early tick that fails late does not undo what passed after it', () => {
    expect(decided([100, true], [200, true], [0, false]).heldSince(0, 100)).toBe(100);
  });

  test('a tick that fails late within the streak ends it', () => {
    expect(decided([100, true], [300, true], [200, false]).heldSince(0, 0)).toBe(300);
  });

  test('ticks before the moment asked about prove nothing after it', () => {
    expect(decided([0, true], [100, true]).heldSince(150, 0)).toBeNull();
  });

  test('a system that passes once and then hangs does not hold', () => {
    expect(decided([100, true]).heldSince(0, 500)).toBeNull();
    expect(decided([100, true], [500, true]).heldSince(0, 500)).toBe(100);
  });

  test('every probe must hold', () => {
    const steady = new SteadyState([probe('a'), probe('b')]);
    steady.decide({ probe: 'a', ok: true, intendedAt: 0 });
    expect(steady.heldSince(0, 0)).toBeNull();
    steady.decide({ probe: 'b', ok: true, intendedAt: 70 });
    expect(steady.heldSince(0, 0)).toBe(70);
  });

  test('whatever the order of arrival, no failed tick lies inside what is held', () => {
    const ticks = fc.uniqueArray(
      fc.tuple(
        fc.integer({ min: 0, max: 50 }).map((n) => n * 100),
        fc.boolean(),
      ),
      {
        selector: ([at]) => at,
      },
    );
    fc.assert(
      fc.property(ticks, (shuffled) => {
        const since = decided(...shuffled).heldSince(0, 0);
        if (since === null) return;
        expect(shuffled.filter(([at, ok]) => !ok && at >= since)).toEqual([]);
        expect(shuffled.some(([at, ok]) => ok && at >= since)).toBe(true);
      }),
    );
  });
});

test('failure names the probe and what it saw; undecided the ones not asked yet', () => {
  const steady = new SteadyState([probe('a'), probe('b')]);
  expect([steady.failure(), steady.undecided()]).toEqual([null, ['a', 'b']]);
  steady.decide({ probe: 'b', ok: false, intendedAt: 0, detail: 'expected status 200, got 503' });
  expect([steady.failure(), steady.undecided()]).toEqual([
    { probe: 'b', detail: 'expected status 200, got 503' },
    ['a'],
  ]);
});
