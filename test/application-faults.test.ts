import { afterEach, describe, expect, test } from 'vitest';
import { applicationFaults } from '../src/faults/application/index.js';
import { nullInjection } from '../src/faults/application/null-injection.js';
import { randomExceptions } from '../src/faults/application/random-exceptions.js';
import { slowMethod } from '../src/faults/application/slow-method.js';
import { activePatches } from '../src/interpose/active-patches.js';
import { isInjected } from '../src/interpose/injected-error.js';
import type { Clock } from '../src/model/clock.js';
import { decisions } from '../src/model/decide.js';
import type { Fault, FaultContext, FiredDecision } from '../src/model/fault.js';
import type { Scenario } from '../src/model/scenario.js';
import { systemClock } from '../src/model/system-clock.js';
import type { ObjectsTarget } from '../src/model/target.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';
import { faultConformance } from '../src/testing/fault-conformance.js';

class Database {
  readonly rows = new Map([['a', { id: 'a', stock: 3 }]]);
  async query(id: string, _options?: { signal?: AbortSignal }): Promise<unknown> {
    return this.rows.get(id);
  }
  count(): number {
    return this.rows.size;
  }
}

interface Shop {
  readonly db: Database;
  readonly cache: { get(key: string): string | null };
  readonly target: ObjectsTarget;
}

function openShop(): Shop {
  const db = new Database();
  const cache = { get: (key: string) => `cached ${key}` };
  return {
    db,
    cache,
    target: inProcessTarget('shop', {
      database_layer: db,
      cache,
      Database,
      frozen: Object.freeze({ f: () => 1 }),
    }),
  };
}

const always = { injectionRate: 1 };
const subjects: readonly { fault: Fault; scenario: Scenario; feels: (shop: Shop) => Promise<boolean> }[] = [
  {
    fault: randomExceptions,
    scenario: CHAOS_SCENARIOS.random_exceptions.with({
      parameters: { ...always, exceptionTypes: ['ECONNRESET', 'TimeoutException'] },
    }),
    feels: ({ db }) => db.query('a').then(() => false, isInjected),
  },
  {
    fault: nullInjection,
    scenario: CHAOS_SCENARIOS.null_injection.with({ parameters: always }),
    feels: async ({ db }) => (await db.query('a')) === null,
  },
  {
    fault: slowMethod,
    scenario: CHAOS_SCENARIOS.slow_method.with({ parameters: { ...always, delayMs: 40 } }),
    feels: async ({ db }) => {
      const started = performance.now();
      await db.query('a');
      // A timer of 40 ms never comes more than 1 ms early; a call without it takes microseconds.
      return performance.now() - started >= 39;
    },
  },
];

afterEach(() => expect(activePatches()).toEqual([]));

describe.each(subjects)('$scenario.name', ({ fault, scenario, feels }) => {
  const cases = faultConformance({
    fault,
    scenario,
    setUp: async () => {
      const shop = openShop();
      return {
        target: shop.target,
        feelsFault: () => feels(shop),
        fingerprint: async () =>
          [shop.db, Database, Database.prototype, shop.cache].map((at) =>
            Object.getOwnPropertyDescriptors(at),
          ),
        [Symbol.asyncDispose]: async () => undefined,
      };
    },
  });
  test.each(cases.map((one) => [one.name, one.run] as const))('%s', (_name, run) => run());
});

function contextOf(target: ObjectsTarget, changes: Partial<FaultContext> = {}): FaultContext {
  return {
    runId: 'run',
    injectionId: 'run-1',
    target,
    decide: decisions(1),
    clock: systemClock,
    expiresAt: 1,
    bootId: 'boot',
    amend: async () => undefined,
    fired: () => undefined,
    signal: new AbortController().signal,
    ...changes,
  };
}

async function inject(
  fault: Fault,
  scenario: Scenario,
  target: ObjectsTarget,
  changes: Partial<FaultContext> = {},
) {
  const context = contextOf(target, changes);
  const receipt = await fault.prepare(scenario, context);
  return { receipt, active: await fault.inject(scenario, receipt, context) };
}

const signal = new AbortController().signal;

test('every application fault is there: in this process it dies with it, in others with its lease', () => {
  expect(applicationFaults.map(({ type, backend, survives }) => `${type} ${backend} ${survives}`)).toEqual([
    'EXCEPTION_INJECTION in-process process',
    'NULL_INJECTION in-process process',
    'SLOW_RESPONSE in-process process',
    'HTTP_ERROR in-process process',
    'SHORT_READ in-process process',
    'EXCEPTION_INJECTION agent lease',
    'NULL_INJECTION agent lease',
    'SLOW_RESPONSE agent lease',
    'HTTP_ERROR agent lease',
    'SHORT_READ agent lease',
  ]);
});

describe('what it will touch', () => {
  test('the receipt names the process and every site; an object under two names is patched once', async () => {
    const { target, db } = openShop();
    const twice = inProcessTarget('shop', { one: db, two: db });
    const scenario = CHAOS_SCENARIOS.random_exceptions;
    expect(await randomExceptions.prepare(scenario, contextOf(target))).toEqual({
      kind: 'patch',
      id: 'run-1',
      runId: 'run',
      bootId: 'boot',
      expiresAt: 1,
      process: { pid: process.pid, startTime: expect.stringMatching(/^\d+$/) as string },
      sites: [
        'database_layer.query',
        'database_layer.count',
        'cache.get',
        'Database.query',
        'Database.count',
      ],
    });
    expect(await randomExceptions.prepare(scenario, contextOf(twice))).toMatchObject({
      sites: ['one.query', 'one.count'],
    });
  });

  test('patterns on components, on methods, and on both', async () => {
    const { target } = openShop();
    const sites = async (targetComponents: string[], methods?: string[]) => {
      const scenario = CHAOS_SCENARIOS.null_injection.with({
        targetComponents,
        parameters: methods === undefined ? {} : { methods },
      });
      const receipt = await nullInjection.prepare(scenario, contextOf(target));
      return receipt.kind === 'patch' ? receipt.sites : [];
    };
    expect(await sites(['cache'])).toEqual(['cache.get']);
    expect(await sites(['data*'])).toEqual(['database_layer.query', 'database_layer.count']);
    expect(await sites([], ['query'])).toEqual(['database_layer.query', 'Database.query']);
    expect(await sites([], ['Database.*', 'get'])).toEqual(['cache.get', 'Database.query', 'Database.count']);
  });

  test('what is not possible is refused with the reason, before anything is touched', async () => {
    const { target } = openShop();
    const odd = inProcessTarget('odd', { bare: () => 1 });
    const reason = async (
      to: Parameters<Fault['supports']>[1],
      targetComponents: string[],
      methods?: string[],
    ) => {
      const scenario = CHAOS_SCENARIOS.null_injection.with({
        targetComponents,
        parameters: methods === undefined ? {} : { methods },
      });
      const support = await nullInjection.supports(scenario, to);
      return support.supported ? 'supported' : support.reason;
    };
    expect([
      await reason({ kind: 'this-process', name: 'me' }, []),
      await reason(target, ['databaselayer']),
      await reason(target, ['nothing-like-it']),
      await reason(target, ['frozen']),
      await reason(odd, []),
      await reason(target, [], ['query', 'cuont']),
      await reason(target, [], ['database_layer.qery']),
      await reason(target, [], ['f']),
      await reason(target, [], ['query']),
    ]).toMatchInlineSnapshot(`
      [
        "its functions are out of reach: in-process null_injection needs objects of this process (inProcessTarget)",
        "shop has no component "databaselayer" (did you mean "database_layer"?); it has database_layer, cache, Database, frozen",
        "shop has no component "nothing-like-it"; it has database_layer, cache, Database, frozen",
        "nothing in frozen can be patched: frozen.f: the object is frozen",
        "nothing in bare can be patched: there are no methods; a bare function cannot be patched in place: give an object that holds it",
        "no method matches "cuont" (did you mean "count"?); there are query, count, get",
        "no method matches "database_layer.qery" (did you mean "database_layer.query"?); there are database_layer.query, database_layer.count, cache.get, Database.query, Database.count",
        "frozen.f cannot be patched: the object is frozen",
        "supported",
      ]
    `);
  });

  test('an unknown exception name is refused with what was meant', async () => {
    const scenario = CHAOS_SCENARIOS.random_exceptions.with({
      parameters: { exceptionTypes: ['ECONNREST'] },
    });
    await expect(randomExceptions.supports(scenario, openShop().target)).rejects.toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: 'expected an exception type, got "ECONNREST" (did you mean "ECONNRESET"?)',
      }),
    );
  });

  test('components that changed between prepare and inject are an INJECTION_FAILED; what is new is not touched', async () => {
    const { target, cache } = openShop();
    const scenario = CHAOS_SCENARIOS.null_injection.with({ targetComponents: ['cache'], parameters: always });
    const context = contextOf(target);
    const receipt = await nullInjection.prepare(scenario, context);
    const added = Object.assign(cache, { put: () => 'put' });
    const active = await nullInjection.inject(scenario, receipt, context);
    expect([cache.get('k'), added.put()]).toEqual([null, 'put']);
    await active.revert(signal);
    Reflect.deleteProperty(cache, 'get');
    await expect(nullInjection.inject(scenario, receipt, context)).rejects.toThrow(
      '1 functions were to be patched, 0 are left',
    );
  });
});

describe('evidence', () => {
  test('exceptions: the share of matching calls whose caller got one, beside what was asked', async () => {
    const { target, db } = openShop();
    const scenario = CHAOS_SCENARIOS.random_exceptions.with({
      targetComponents: ['database_layer'],
      parameters: { injectionRate: 0.25 },
    });
    const fired: FiredDecision[] = [];
    const { active } = await inject(randomExceptions, scenario, target, { fired: (one) => fired.push(one) });
    expect(await active.check(signal)).toEqual({
      active: 'yes',
      measured: {
        quantity: 'matching calls whose caller got an injected error',
        unit: '%',
        baseline: 0,
        during: null,
        expected: '25 % of matching calls',
      },
      exposure: { kind: 'counted', n: 0, what: 'calls hit, of 0 that matched' },
    });
    const failed = (await Promise.allSettled(Array.from({ length: 400 }, () => db.query('a')))).filter(
      ({ status }) => status === 'rejected',
    ).length;
    const evidence = await active.check(signal);
    expect(evidence.measured.during).toBe((100 * failed) / 400);
    expect(evidence.exposure).toEqual({
      kind: 'counted',
      n: failed,
      what: 'calls hit, of 400 that matched',
    });
    expect(fired).toHaveLength(failed);
    expect(fired[0]).toMatchObject({
      rule: 'random_exceptions',
      site: 'database_layer.query',
      effect: 'throw Error',
    });
    // Five standard deviations of a binomial (400, 0.25); fixed by the seed.
    expect(Math.abs(failed - 100)).toBeLessThan(5 * Math.sqrt(400 * 0.25 * 0.75));
    await active.revert(signal);
    expect((await active.check(signal)).active).toBe('no');
  });

  test.each(['null', 'undefined', 'empty', { given: 'this' }] as const)(
    'answers of %j: what callers got',
    async (value) => {
      const { target, db, cache } = openShop();
      const scenario = CHAOS_SCENARIOS.null_injection.with({
        targetComponents: ['database_layer', 'cache'],
        parameters: { injectionRate: 1, value },
      });
      const { active } = await inject(nullInjection, scenario, target);
      await db.query('a');
      cache.get('k');
      const { measured, exposure } = await active.check(signal);
      expect([measured.during, exposure]).toEqual([
        100,
        { kind: 'counted', n: 2, what: 'calls hit, of 2 that matched' },
      ]);
      await active.revert(signal);
    },
  );

  test('delays: the mean time that callers hit waited', async () => {
    const { target, db } = openShop();
    const scenario = CHAOS_SCENARIOS.slow_method.with({
      targetComponents: ['database_layer'],
      parameters: { injectionRate: 1, delayMs: [30, 50] },
    });
    const { active } = await inject(slowMethod, scenario, target);
    expect((await active.check(signal)).measured.during).toBeNull();
    await Promise.all([db.query('a'), db.query('a')]);
    const { measured } = await active.check(signal);
    expect(measured).toMatchObject({
      quantity: 'mean time that callers hit waited for their answer',
      unit: 'ms',
      expected: '30 to 50 ms and the real call, for 100 % of matching calls',
    });
    // Two calls of 30 ms or more, less 1 ms for early timers.
    expect(measured.during).toBeGreaterThanOrEqual(29);
    await active.revert(signal);
  });

  test('a fault that something else replaced at all its sites is not active', async () => {
    const { target, cache } = openShop();
    const scenario = CHAOS_SCENARIOS.null_injection.with({ targetComponents: ['cache'], parameters: always });
    const { active } = await inject(nullInjection, scenario, target);
    const ours = cache.get;
    cache.get = () => 'replaced';
    expect((await active.check(signal)).active).toBe('no');
    cache.get = ours;
    await active.revert(signal);
  });

  test("an error in the user's predicate is reported by the check", async () => {
    const { target, cache } = openShop();
    const scenario = CHAOS_SCENARIOS.null_injection.with({
      targetComponents: ['cache'],
      parameters: {
        injectionRate: 1,
        when: () => {
          throw new Error('oops');
        },
      },
    });
    const { active } = await inject(nullInjection, scenario, target);
    expect(cache.get('k')).toBe('cached k');
    await expect(active.check(signal)).rejects.toThrow('failed at cache.get: Error: oops');
    await active.revert(signal);
  });
});

test('the clock that the fault was given is the only one it uses for waiting', async () => {
  const { target, db } = openShop();
  const waits: number[] = [];
  const clock: Clock = { ...systemClock, sleep: async (delayMs) => void waits.push(delayMs) };
  const scenario = CHAOS_SCENARIOS.slow_method.with({
    targetComponents: ['database_layer'],
    parameters: { injectionRate: 1, delayMs: 60_000 },
  });
  const { active } = await inject(slowMethod, scenario, target, { clock });
  await db.query('a');
  expect(waits).toEqual([60_000]);
  await active.revert(signal);
});
