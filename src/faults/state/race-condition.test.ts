import { expect, test } from 'vitest';
import type { RaceConditionParameters } from '../../model/scenario-parameters.js';
import { CHAOS_SCENARIOS } from '../../scenarios/chaos-scenarios.js';
import { inProcessTarget } from '../../targets/in-process-target.js';
import { startedTarget } from '../../targets/started-target.js';
import { thisProcessTarget } from '../../targets/this-process-target.js';
import { FaultInjector } from '../fault-injector.js';
import { raceCondition, raceConditionInAgent } from './race-condition.js';

const { signal } = new AbortController();
const scenario = (parameters: Partial<RaceConditionParameters>, targetComponents: readonly string[] = []) =>
  CHAOS_SCENARIOS.race_condition.with({ parameters, targetComponents });
const shop = () => ({ stock: { get: async (id: string) => id, size: () => 3, read: async () => 'row' } });

test('answers of promises come late, what is synchronous is left alone, and the evidence says what was held back', async () => {
  const components = shop();
  const target = inProcessTarget('shop', components);
  const fired: string[] = [];
  await using injection = await new FaultInjector().inject(scenario({ maxDelayMs: 30, budget: 1 }), target, {
    onFired: ({ site, n, effect }) => fired.push(`${site} ${n} ${effect}`),
  });
  expect((await injection.check(signal)).details).toBe(undefined);
  expect(components.stock.size()).toBe(3);
  const order: string[] = [];
  const ids = Array.from({ length: 30 }, (_, i) => `${i}`);
  await Promise.all(ids.map(async (id) => order.push(await components.stock.get(id))));
  expect(order.toSorted((a, b) => Number(a) - Number(b))).toEqual(ids);
  expect(order).not.toEqual(ids);
  expect(fired[7]).toMatch(/^stock\.get \d+ answer \+\d+\.\d ms$/);
  const { active, measured, exposure, details } = await injection.check(signal);
  expect(active).toBe('yes');
  expect(exposure).toMatchObject({ kind: 'counted', n: 30 });
  // Of what lies log-uniformly between 1 and 30 ms, the mean is 8.5 ms.
  expect(measured.during).toBeGreaterThan(4);
  expect(details).toMatchObject([
    { title: 'Calls perturbed', rows: [['stock.get', '30', '30', expect.any(String), expect.any(String)]] },
  ]);
});

test('rejections come late as well, and are the same', async () => {
  const error = new Error('sold out');
  const components = { stock: { take: () => Promise.reject(error) } };
  await using injection = await new FaultInjector().inject(scenario({}), inProcessTarget('shop', components));
  await expect(components.stock.take()).rejects.toBe(error);
  expect((await injection.check(signal)).exposure).toMatchObject({ n: 1 });
});

test.each<[Partial<RaceConditionParameters>, readonly string[], RegExp]>([
  [{ methods: ['gte'] }, [], /no method matches "gte"; there are get, size, read/],
  [{ methods: ['fs.raed'], places: ['io'] }, [], /no call of the platform matches "fs.raed"/],
  [{ places: ['io'] }, ['stock'], /add calls to `places`/],
])('objects, %j of %j: %s', async (parameters, components, reason) => {
  const support = await raceCondition.supports(
    scenario(parameters, components),
    inProcessTarget('shop', shop()),
  );
  expect(support).toMatchObject({ supported: false, reason: expect.stringMatching(reason) });
});

test('what is named is found among components and the platform', async () => {
  const target = inProcessTarget('shop', shop());
  for (const methods of [['read'], ['fs.*', 'get'], ['timers.setTimeout']]) {
    const asked = scenario({ methods, places: ['calls', 'io', 'timers'] });
    expect(await raceCondition.supports(asked, target)).toEqual({ supported: true });
  }
});

test('calls of components need components', async () => {
  expect(
    await raceCondition.supports(scenario({ places: ['calls'] }), thisProcessTarget('tests')),
  ).toMatchObject({
    supported: false,
    reason: expect.stringMatching(/leave calls out/),
  });
  const started = startedTarget({ name: 'service', start: ['node', 'server.mjs'] });
  expect(await raceConditionInAgent.supports(scenario({ places: ['calls'] }), started)).toMatchObject({
    supported: false,
    reason: expect.stringMatching(/name modules in targetComponents/),
  });
  expect(
    await raceConditionInAgent.supports(scenario({ places: ['io'] }, ['src/*.js']), started),
  ).toMatchObject({
    supported: false,
    reason: expect.stringMatching(/add calls/),
  });
  expect(await raceConditionInAgent.supports(scenario({}), started)).toEqual({ supported: true });
});
