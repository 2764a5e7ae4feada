import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ChaosExperiment } from '../src/api/chaos-experiment.js';
import { ChaosOrchestrator } from '../src/api/chaos-orchestrator.js';
import { replayCoverage } from '../src/judge/replay/replay-coverage.js';
import type { ChaosEvent, EventOf } from '../src/model/events.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';

const folder = mkdtempSync(join(tmpdir(), 'chaosx-replay-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const callsOfEach = 60;
/** Random on purpose: the interleaving of calls differs in each run, their number does not. */
const hops = () => Math.floor(Math.random() * 12);

/** A system with three parts that are called at the same time, in an order of which nobody knows anything. */
async function callAll(parts: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
  const calls = Array.from({ length: callsOfEach }, () => Object.values(parts))
    .flat()
    .map(async (call) => {
      // Steps of the microtask queue alone: no timer of the run comes in between, however slow the machine is.
      for (let left = hops(); left > 0; left -= 1) await Promise.resolve();
      await call().catch(() => null);
    });
  await Promise.all(calls);
}

/** One run whose calls meet the fault all at once, as soon as it is active. */
async function run(seed: number): Promise<readonly ChaosEvent[]> {
  const parts = { price: async () => 12, stock: async () => 3, mail: async () => true };
  const shop = { ...parts };
  const calls: Promise<void>[] = [];
  const events: ChaosEvent[] = [];
  const orchestrator = new ChaosOrchestrator({
    targetSystem: inProcessTarget('shop', { shop }),
    resultsDirectory: null,
    stateDirectory: join(folder, 'state'),
  });
  const experiment = new ChaosExperiment({
    name: 'Concurrent shop',
    scenarios: [
      CHAOS_SCENARIOS.random_exceptions.with({ duration: '150ms', parameters: { injectionRate: 0.4 } }),
    ],
    probes: [{ name: 'alive', check: () => true, every: '10ms' }],
    baseline: '30ms',
    holdTime: '20ms',
  });
  await orchestrator.runExperiment(experiment, undefined, {
    seed,
    onEvent: (event) => {
      events.push(event);
      if (event.type === 'fault-injected') {
        calls.push(
          callAll({
            price: () => shop.price(),
            stock: () => shop.stock(),
            mail: () => shop.mail(),
          }),
        );
      }
    },
  });
  await Promise.all(calls);
  return events;
}

const fired = (events: readonly ChaosEvent[]) =>
  events.filter((event): event is EventOf<'decision-fired'> => event.type === 'decision-fired');

describe('replay', () => {
  test('20 of 20 runs with the seed of an earlier one make all of its decisions again, though calls interleave', async () => {
    const earlier = await run(42);
    expect(fired(earlier).length).toBeGreaterThan(callsOfEach / 2);
    const orders = new Set<string>();
    for (let n = 0; n < 20; n += 1) {
      const later = await run(42);
      const coverage = replayCoverage(earlier, later);
      expect(coverage).toMatchObject({
        listed: fired(earlier).length,
        reached: fired(earlier).length,
        share: 1,
        missed: [],
        sameSeed: true,
      });
      expect(fired(later)).toHaveLength(fired(earlier).length);
      orders.add(
        fired(later)
          .map(({ site, n: call }) => `${site} ${call}`)
          .join(),
      );
    }
    // What is the same is the decisions, not the order in which the calls came.
    expect(orders.size).toBeGreaterThan(1);
  }, 60_000);

  test('another seed makes other decisions', async () => {
    const coverage = replayCoverage(await run(42), await run(43));
    expect(coverage.sameSeed).toBe(false);
    expect(coverage.share).toBeLessThan(0.9);
    expect(coverage.missed.length).toBeGreaterThan(0);
  });

  test('events without a beginning are refused', async () => {
    expect(() => replayCoverage([], [])).toThrow('expected the events of a run to begin with run-started');
  });
});
