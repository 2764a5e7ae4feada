import { expect, test } from 'vitest';
import type { DeadlockParameters } from '../../model/scenario-parameters.js';
import { CHAOS_SCENARIOS } from '../../scenarios/chaos-scenarios.js';
import { inProcessTarget } from '../../targets/in-process-target.js';
import { FaultInjector } from '../fault-injector.js';

const { signal } = new AbortController();

/** A pool of rows, with functions of every shape. */
function openStore() {
  const log: string[] = [];
  const store = {
    log,
    async read(id: string, _options?: { signal: AbortSignal }) {
      log.push(`read ${id}`);
      return `row ${id}`;
    },
    count: () => log.length,
    // Not declared async, and answers with promises.
    later: (id: string) => Promise.resolve(id),
    async *rows() {
      yield 'first';
    },
    fail: async () => {
      throw new Error('no such row');
    },
  };
  return { store, log, target: inProcessTarget('shop', { store }) };
}

function scenarioOf(parameters: Partial<DeadlockParameters>, duration = 30) {
  return CHAOS_SCENARIOS.deadlock.with({ duration, parameters });
}

/** Far above the time that a call takes which does not wait. */
const isSettledIn = async (promise: Promise<unknown>, ms = 250) => {
  const late = new Promise((resolve) => setTimeout(resolve, ms, 'late'));
  return (await Promise.race([promise.catch(() => undefined), late])) !== 'late';
};

test('two calls wait for each other, later ones behind them; the revert lets all make their real calls', async () => {
  const { store, log, target } = openStore();
  const scenario = scenarioOf({ kind: 'circular-wait', methods: ['read'] });
  await using injection = await new FaultInjector().inject(scenario, target);
  const answers = ['a', 'b', 'c'].map((id) => store.read(id));
  expect(await isSettledIn(Promise.race(answers))).toBe(false);
  expect(log).toEqual([]);
  const { active, exposure, measured, details } = await injection.check(signal);
  expect({ active, exposure, during: measured.during }).toEqual({
    active: 'yes',
    exposure: { kind: 'counted', n: 3, what: 'calls hit, of 3 that matched' },
    during: 3,
  });
  expect(details?.[0]?.title).toBe('Who waits for whom');
  const told = details?.[0]?.rows.map(([who, what, holder, _for, where]) => [who, what, holder, where]);
  expect(told).toEqual([
    ['store.read #1', 'lock B', 'store.read #2', 'circle 1'],
    ['store.read #2', 'lock A', 'store.read #1', 'circle 1'],
    ['store.read #3', 'lock A', 'store.read #1', 'behind'],
  ]);
  await injection.revert(signal);
  expect(await Promise.all(answers)).toEqual(['row a', 'row b', 'row c']);
  expect(await store.read('d')).toBe('row d');
});

test('calls that come one at a time meet a job of the fault', async () => {
  const { store, target } = openStore();
  const scenario = scenarioOf({ kind: 'circular-wait', methods: ['read'] });
  await using injection = await new FaultInjector().inject(scenario, target);
  const answer = store.read('a');
  expect(await isSettledIn(answer)).toBe(false);
  const { details } = await injection.check(signal);
  const told = details?.[0]?.rows.map(([who, , holder, , where]) => [who, holder, where]);
  expect(told).toEqual([
    ['a job of the fault', 'store.read #1', 'circle 1'],
    ['store.read #1', 'a job of the fault', 'circle 1'],
  ]);
  await injection.revert(signal);
  expect(await answer).toBe('row a');
});

test('a call that gives up lets go of its lock: who waits for it goes on', async () => {
  const { store, log, target } = openStore();
  const scenario = scenarioOf({ kind: 'circular-wait', methods: ['read'] });
  await using injection = await new FaultInjector().inject(scenario, target);
  const impatience = new AbortController();
  const first = store.read('a', { signal: impatience.signal });
  const second = store.read('b');
  expect(await isSettledIn(second)).toBe(false);
  impatience.abort(new Error('I give up'));
  await expect(first).rejects.toThrow('I give up');
  expect(await second).toBe('row b');
  expect(log).toEqual(['read b']);
  expect((await injection.check(signal)).details).toBe(undefined);
});

test('without honourAbort nothing but the end of the fault ends a wait', async () => {
  const { store, target } = openStore();
  const scenario = scenarioOf({ kind: 'promise-gate', methods: ['read'], honourAbort: false });
  await using injection = await new FaultInjector().inject(scenario, target);
  const answer = store.read('a', { signal: AbortSignal.abort(new Error('before')) });
  expect(await isSettledIn(answer)).toBe(false);
  await injection.revert(signal);
  expect(await answer).toBe('row a');
});

test('a function that answers at once is left alone, and not counted', async () => {
  const { store, target } = openStore();
  await using injection = await new FaultInjector().inject(scenarioOf({ kind: 'promise-gate' }), target);
  expect(store.count()).toBe(0);
  expect((await injection.check(signal)).exposure).toMatchObject({ n: 0 });
  const waiting = [store.later('x'), store.rows().next(), store.fail()];
  expect(await isSettledIn(Promise.race(waiting.map((one) => one.catch(() => undefined))))).toBe(false);
  expect((await injection.check(signal)).exposure).toMatchObject({ n: 3 });
  const settled = Promise.allSettled(waiting);
  await injection.revert(signal);
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
});

test('two threads are really stuck, and calls wait for them; both are gone after the revert', async () => {
  const { store, target } = openStore();
  const scenario = scenarioOf({ kind: 'workers', methods: ['read'] });
  await using injection = await new FaultInjector().inject(scenario, target);
  const answers = [store.read('a'), store.read('b')];
  const told = async () => (await injection.check(signal)).details?.[0]?.rows ?? [];
  // Threads take a moment to start, on a busy machine a long one.
  while ((await told()).length < 4) await isSettledIn(Promise.all(answers), 50);
  expect((await told()).map(([who, what, holder, , where]) => [who, what, holder, where])).toEqual([
    ['worker 2', 'lock A', 'worker 1', 'circle 1'],
    ['worker 1', 'lock B', 'worker 2', 'circle 1'],
    ['store.read #1', 'its answer', 'worker 1', 'behind'],
    ['store.read #2', 'its answer', 'worker 2', 'behind'],
  ]);
  await injection.revert(signal);
  expect(await Promise.all(answers)).toEqual(['row a', 'row b']);
});
