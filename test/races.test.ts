import { describe, expect, test } from 'vitest';
import { FaultInjector } from '../src/faults/fault-injector.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';
import { isInsideExactInterval } from './binomial.js';
import { racyPrograms } from './fixtures/races/programs.mjs';

const runs = 240;
const besideEachOther = 16;
/** A test that fails by chance once in a million runs. */
const alpha = 1e-6;

const injector = new FaultInjector();

async function failures(fails: (seed: number) => Promise<boolean>): Promise<number> {
  let [seed, failed] = [0, 0];
  const worker = async () => {
    while (seed < runs) if (await fails(seed++)) failed += 1;
  };
  await Promise.all(Array.from({ length: besideEachOther }, worker));
  return failed;
}

/** The least rate that `failed` of `runs` is no outlier of. */
function leastRate(failed: number): number {
  let rate = 0.001;
  while (rate < 1 && !isInsideExactInterval(failed, runs, rate, alpha)) rate += 0.001;
  return rate;
}

describe('race_condition makes the classic races show far more often', () => {
  test.each(Object.entries(racyPrograms))('%s', async (_bug, make) => {
    const undisturbed = await failures(() => make().fails());
    const perturbed = await failures(async (seed) => {
      const { components, fails } = make();
      const target = inProcessTarget('program', components);
      await using injection = await injector.inject(CHAOS_SCENARIOS.race_condition, target, { seed });
      expect(injection).toBeDefined();
      return await fails();
    });
    // Rates that explain both do not exist.
    expect(isInsideExactInterval(undisturbed, runs, leastRate(perturbed), alpha)).toBe(false);
    expect(perturbed).toBeGreaterThan(undisturbed);
  });
});
