import { expect, test } from 'vitest';
import { CHAOS_SCENARIOS } from '../../scenarios/chaos-scenarios.js';
import { inProcessTarget } from '../../targets/in-process-target.js';
import { FaultInjector } from '../fault-injector.js';
import { whatWasCorrupted } from './what-was-corrupted.js';

const fired = (effect: string) => ({ rule: 'state_corruption', site: 'shop.order', n: 3, effect });

test.each([
  ['scale at answer.total: 42 → 420', ['answer.total of shop.order', '3', 'scale', '42', '420']],
  ['reverse at answer: "a → b" → "b → a"', ['answer of shop.order', '3', 'reverse', '"a → b"', '"b → a"']],
  [
    'off-by-one at answer.get("a: b").x: 1 → 2',
    ['answer.get("a: b").x of shop.order', '3', 'off-by-one', '1', '2'],
  ],
  [
    'empty at answer.name: "two\nlines" → ""',
    ['answer.name of shop.order', '3', 'empty', '"two\nlines"', '""'],
  ],
  ['something else', ['data of shop.order', '3', 'something else', '', '']],
])('%s', (effect, row) => {
  expect(whatWasCorrupted([fired(effect)], 0).rows).toEqual([row]);
});

test('the evidence of state_corruption shows every corruption', async () => {
  const shop = { stock: { left: () => ({ count: 3 }) } };
  const scenario = CHAOS_SCENARIOS.state_corruption.with({
    parameters: { injectionRate: 1, operators: ['negate'] },
  });
  await using injection = await new FaultInjector().inject(scenario, inProcessTarget('shop', shop));
  const { signal } = new AbortController();
  expect((await injection.check(signal)).details).toBe(undefined);
  for (let i = 0; i < 52; i += 1) shop.stock.left();
  const [details] = (await injection.check(signal)).details ?? [];
  expect(details?.rows).toHaveLength(50);
  expect(details?.rows[1]).toEqual(['answer.count of stock.left', '1', 'negate', '3', '-3']);
  expect(details?.more).toBe(2);
});
