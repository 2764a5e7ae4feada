import { describe, expect, test } from 'vitest';
import type { Fault } from '../model/fault.js';
import { ChaosScenario } from '../scenarios/chaos-scenario.js';
import { inProcessTarget } from '../targets/in-process-target.js';
import { faultConformance } from './fault-conformance.js';

/** What the fault below acts on: callers feel it while anybody holds it. */
interface World {
  holders: string[];
  touched: number;
  calls: number;
}

type Hooks = Partial<Pick<Fault, 'supports' | 'prepare' | 'inject' | 'survives'>>;

/** A right fault, and the ways to make it wrong that a writer of faults would think of last. */
function casesOf(wrong: (world: World) => Hooks) {
  const world: World = { holders: [], touched: 0, calls: 0 };
  const right: Fault = {
    type: 'SLOW_RESPONSE',
    backend: 'in-process',
    survives: 'process',
    supports: async () => ({ supported: true }),
    prepare: async (_scenario, { injectionId, runId, bootId, expiresAt }) => ({
      kind: 'patch',
      id: injectionId,
      runId,
      bootId,
      expiresAt,
      process: { pid: process.pid, startTime: '1' },
      sites: ['shop.call'],
    }),
    inject: async (_scenario, receipt, { amend, signal }) => {
      await amend({});
      signal.throwIfAborted();
      world.holders.push(receipt.id);
      const callsBefore = world.calls;
      return {
        check: async () => ({
          active: 'yes',
          measured: { quantity: 'calls', unit: '', baseline: 0, during: 1, expected: '1' },
          exposure: { kind: 'counted', n: world.calls - callsBefore, what: 'calls' },
        }),
        revert: async () => {
          world.holders = world.holders.filter((id) => id !== receipt.id);
        },
      };
    },
  };
  return faultConformance({
    fault: { ...right, ...wrong(world) },
    scenario: new ChaosScenario({ scenarioType: 'SLOW_RESPONSE', name: 'slow' }),
    setUp: async () => {
      Object.assign(world, { holders: [], touched: 0, calls: 0 });
      return {
        target: inProcessTarget('shop', { shop: { call: () => 1 } }),
        feelsFault: async () => {
          world.calls += 1;
          return world.holders.length > 0;
        },
        fingerprint: async () => [world.holders.length, world.touched],
        [Symbol.asyncDispose]: async () => undefined,
      };
    },
  });
}

async function failuresOf(wrong: (world: World) => Hooks): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const { name, run } of casesOf(wrong)) {
    await run().catch(() => failures.push(name.replace('SLOW_RESPONSE by in-process: ', '')));
  }
  return failures;
}

const prepareOf = (world: World, act: (world: World) => object): Hooks => ({
  prepare: async (_scenario, { injectionId: id, runId, bootId, expiresAt }) => ({
    kind: 'patch',
    id,
    runId,
    bootId,
    expiresAt,
    process: { pid: process.pid, startTime: '1' },
    sites: [],
    ...act(world),
  }),
});

const evidence = (n: number) => ({
  active: 'yes' as const,
  measured: { quantity: 'calls', unit: '', baseline: 0, during: 1, expected: '1' },
  exposure: { kind: 'counted' as const, n, what: 'calls' },
});

describe('the conformance suite', () => {
  test('passes a fault that keeps the contract', async () => {
    expect(await failuresOf(() => ({}))).toEqual([]);
  });

  test('finds a prepare that touches', async () => {
    expect(
      await failuresOf((world) => prepareOf(world, () => ({ sites: [String((world.touched += 1))] }))),
    ).toContain('prepare touches nothing, is deterministic, and gives plain JSON');
  });

  test('finds a receipt that is not plain JSON', async () => {
    expect(await failuresOf((world) => prepareOf(world, () => ({ at: new Date(0) })))).toEqual([
      'prepare touches nothing, is deterministic, and gives plain JSON',
    ]);
  });

  test('finds a revert that leaves something', async () => {
    const leaks = await failuresOf((world) => ({
      inject: async (_scenario, receipt) => {
        world.holders.push(receipt.id);
        return { check: async () => evidence(world.calls), revert: async () => undefined };
      },
    }));
    expect(leaks).toContain('is felt, confirmed and counted, and gone after revert');
  });

  test('finds a check that counts its own traffic', async () => {
    const counted = await failuresOf((world) => ({
      inject: async (_scenario, receipt) => {
        world.holders.push(receipt.id);
        return {
          check: async () => evidence(1),
          revert: async () => {
            world.holders = world.holders.filter((id) => id !== receipt.id);
          },
        };
      },
    }));
    expect(counted).toEqual(['a target that never meets it is not counted']);
  });

  test('finds an inject that does nothing', async () => {
    expect(
      await failuresOf(() => ({
        inject: async () => ({ check: async () => evidence(0), revert: async () => undefined }),
      })),
    ).toEqual(['is felt, confirmed and counted, and gone after revert']);
  });

  test('finds an inject that leaves its half when it fails', async () => {
    expect(
      await failuresOf((world) => ({
        inject: async (_scenario, receipt, { amend, signal }) => {
          world.holders.push(receipt.id);
          await amend({});
          signal.throwIfAborted();
          return {
            check: async () => evidence(world.calls),
            revert: async () => {
              world.holders = world.holders.filter((id) => id !== receipt.id);
            },
          };
        },
      })),
    ).toEqual(['aborted or failing at every call through the context, nothing is left']);
  });

  test('asks what a lease and a journal fault owe', async () => {
    expect(await failuresOf(() => ({ survives: 'lease' }))).toEqual([
      'a controller that goes silent ends it within 2 s',
    ]);
    expect(await failuresOf(() => ({ survives: 'journal' }))).toEqual([
      'stopped at every step, a fresh process undoes it from the receipt alone',
    ]);
  });
});
