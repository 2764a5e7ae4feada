import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type CorruptionOperator, corruptionOperators } from '../../model/corruption-operator.js';
import type { FiredDecision } from '../../model/fault.js';
import type { StateCorruptionParameters } from '../../model/scenario-parameters.js';
import { CHAOS_SCENARIOS } from '../../scenarios/chaos-scenarios.js';
import { inProcessTarget } from '../../targets/in-process-target.js';
import { thisProcessTarget } from '../../targets/this-process-target.js';
import { FaultInjector } from '../fault-injector.js';

const { signal } = new AbortController();
const { state_corruption: corruption } = CHAOS_SCENARIOS;

function always(parameters: Partial<StateCorruptionParameters>) {
  return corruption.with({ parameters: { injectionRate: 1, ...parameters } });
}

async function inject(
  components: Readonly<Record<string, object>>,
  parameters: Partial<StateCorruptionParameters>,
  seed = 42,
) {
  const fired: FiredDecision[] = [];
  const injection = await new FaultInjector().inject(
    always(parameters),
    inProcessTarget('shop', components),
    {
      seed,
      onFired: (decision) => fired.push(decision),
    },
  );
  return { injection, fired };
}

describe('arguments', () => {
  const order = () => ({ total: 40 });

  test('the function gets another value in the caller’s object, which is as it was once the call has ended', async () => {
    const met: number[] = [];
    const shop = {
      save: (given: { total: number }) => met.push(given.total),
      async later(given: { total: number }) {
        await sleep(1);
        met.push(given.total);
      },
    };
    const { injection, fired } = await inject({ shop }, { on: ['arguments'], operators: ['negate'] });
    const [first, second] = [order(), order()];
    shop.save(first);
    expect(first).toEqual({ total: 40 });
    const saved = shop.later(second);
    expect(second).toEqual({ total: -40 });
    await saved;
    expect(second).toEqual({ total: 40 });
    expect(met).toEqual([-40, -40]);
    expect(fired.map(({ effect }) => effect)).toEqual([
      'negate at arguments[0].total: 40 → -40',
      'negate at arguments[0].total: 40 → -40',
    ]);
    await injection[Symbol.asyncDispose]();
  });

  test('are back after a call that fails, and at the revert in the middle of one', async () => {
    const shop = {
      fail(_given: object) {
        throw new Error('no');
      },
      later: (_given: object) => sleep(30),
    };
    const { injection } = await inject({ shop }, { on: ['arguments'], operators: ['negate'] });
    const [first, second] = [order(), order()];
    expect(() => shop.fail(first)).toThrow('no');
    expect(first).toEqual({ total: 40 });
    const call = shop.later(second);
    await injection[Symbol.asyncDispose]();
    expect(second).toEqual({ total: 40 });
    await call;
    expect(second).toEqual({ total: 40 });
  });

  test('two calls at once with one object leave it as it was', async () => {
    const shop = { later: (_given: object, waitMs: number) => sleep(waitMs) };
    const { injection } = await inject({ shop }, { on: ['arguments'], operators: ['off-by-one'] });
    const shared = order();
    await Promise.all([shop.later(shared, 2), shop.later(shared, 12), shop.later(shared, 1)]);
    expect(shared).toEqual({ total: 40 });
    await injection[Symbol.asyncDispose]();
  });

  test('what the function changed itself stays', async () => {
    const shop = { close: (given: { total: number }) => (given.total = 0) };
    const { injection } = await inject({ shop }, { on: ['arguments'], operators: ['negate'] });
    const given = order();
    shop.close(given);
    expect(given).toEqual({ total: 0 });
    await injection[Symbol.asyncDispose]();
  });
});

describe('messages', () => {
  test('what a component emits reaches its listeners otherwise; its own events do not', async () => {
    const bus = new EventEmitter();
    const met: unknown[] = [];
    bus.on('price', (price: number) => met.push(price));
    const { injection, fired } = await inject({ bus }, { on: ['messages'], operators: ['negate'] });
    bus.on('newListener', () => undefined);
    bus.emit('price', 5);
    expect(met).toEqual([-5]);
    expect(fired.map(({ site, effect }) => [site, effect])).toEqual([
      ['bus.emit', 'negate at message: 5 → -5'],
    ]);
    const { exposure } = await injection.check(signal);
    expect(exposure).toMatchObject({ kind: 'counted', n: 1 });
    await injection[Symbol.asyncDispose]();
    bus.emit('price', 5);
    expect(met).toEqual([-5, 5]);
    expect(Object.hasOwn(bus, 'emit')).toBe(false);
  });

  test('replay hands over one that came before, of the same event', async () => {
    const bus = new EventEmitter();
    const met: unknown[] = [];
    bus.on('price', (price: number) => met.push(price));
    const { injection } = await inject({ bus }, { on: ['messages'], operators: ['replay'], afterN: 3 });
    for (const price of [1, 2, 3]) bus.emit('price', price);
    bus.emit('other', 'x');
    bus.emit('price', 4);
    expect(met.slice(0, 3)).toEqual([1, 2, 3]);
    expect([1, 2, 3]).toContain(met[3]);
    await injection[Symbol.asyncDispose]();
  });
});

describe('results that were before', () => {
  test('stale is the answer of the call before, chosen or not', async () => {
    let n = 0;
    const shop = { next: () => (n += 1), later: async () => ({ version: (n += 1) }) };
    const { injection } = await inject({ shop }, { operators: ['stale'], everyNth: 2 });
    expect([shop.next(), shop.next(), shop.next(), shop.next()]).toEqual([1, 1, 3, 3]);
    expect(await shop.later()).toEqual({ version: 5 });
    expect(await shop.later()).toEqual({ version: 5 });
    await injection[Symbol.asyncDispose]();
  });

  test('an earlier call that failed is no stale answer, and its rejection stays its caller’s', async () => {
    const shop = { read: (fails: boolean) => (fails ? Promise.reject(new Error('no')) : Promise.resolve(7)) };
    const { injection, fired } = await inject({ shop }, { operators: ['stale'] });
    await expect(shop.read(true)).rejects.toThrow('no');
    expect(await shop.read(false)).toBe(7);
    expect(fired).toEqual([]);
    await injection[Symbol.asyncDispose]();
  });

  test('an enum neighbour is a value seen at the same place', async () => {
    const shop = { list: () => [{ status: 'paid' }, { status: 'open' }, { status: 'paid' }] };
    const { injection } = await inject({ shop }, { operators: ['enum-neighbour'] });
    const answers = Array.from({ length: 20 }, () =>
      shop
        .list()
        .map(({ status }) => status)
        .join(),
    );
    const expected = ['open,open,paid', 'paid,paid,paid', 'paid,open,open'];
    expect(new Set(answers)).toEqual(new Set(expected));
    await injection[Symbol.asyncDispose]();
  });
});

class Cart {
  readonly #secret = 7;
  items = [{ price: 5 }];
  readonly status = 'open';
  get total(): number {
    throw new Error('a getter was called');
  }
  reveal(): number {
    return this.#secret;
  }
}

describe('live state', () => {
  test('is corrupted in place from the beginning, and exactly back after', async () => {
    const cart = new Cart();
    const [items] = [cart.items];
    const { injection, fired } = await inject({ cart }, { on: ['state'], operators: ['scale'] });
    expect(cart.items).toBe(items);
    expect([0.5, 50]).toContain(cart.items[0]?.price);
    expect(cart.reveal()).toBe(7);
    expect(fired.map(({ effect }) => effect)).toEqual([
      expect.stringMatching(/^scale at state\.items\[0\]\.price: 5 → /),
    ]);
    const evidence = await injection.check(signal);
    expect(evidence).toMatchObject({
      active: 'yes',
      measured: { during: 1, expected: '1 of 1 places of live state hold what was put there' },
      exposure: { kind: 'unknown' },
    });
    expect(evidence.details?.[0]?.rows[0]?.slice(0, 3)).toEqual([
      'state.items[0].price of cart',
      '',
      'scale',
    ]);
    await injection[Symbol.asyncDispose]();
    expect(cart.items).toEqual([{ price: 5 }]);
  });

  test('what the program has changed since stays, and is said', async () => {
    const stock = { apples: 3, pears: 4 };
    const { injection } = await inject({ stock }, { on: ['state'], operators: ['negate'] });
    expect(stock).toEqual({ apples: -3, pears: -4 });
    stock.apples = 10;
    const { active, measured } = await injection.check(signal);
    expect([active, measured.expected]).toEqual([
      'yes',
      '1 of 2 places of live state hold what was put there, 1 were changed since by the program and stay as it left them',
    ]);
    await injection[Symbol.asyncDispose]();
    expect(stock).toEqual({ apples: 10, pears: 4 });
  });

  test('with a rate, that share of the places; at least one, and no more than atMost', async () => {
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`n${i}`, i + 1]));
    const changed = () =>
      Object.entries(many).filter(([key, value]) => value !== Number(key.slice(1)) + 1).length;
    const state = { on: ['state'], operators: ['negate'] } as const;
    const some = await inject({ many }, { ...state, injectionRate: 0.2 });
    expect(changed()).toBeGreaterThan(40);
    expect(changed()).toBeLessThan(140);
    await some.injection[Symbol.asyncDispose]();
    expect(changed()).toBe(0);
    const rare = await inject({ many }, { ...state, injectionRate: 0 });
    expect(changed()).toBe(1);
    await rare.injection[Symbol.asyncDispose]();
    const few = await inject({ many }, { ...state, atMost: 3 });
    expect(changed()).toBe(3);
    await few.injection[Symbol.asyncDispose]();
  });

  test('the same seed corrupts the same, beside results', async () => {
    const run = async (seed: number) => {
      const cart = Object.assign(new Cart(), {
        names: ['a', 'b'],
        at: new Date(0),
        count: new Map([['x', 1]]),
      });
      const shop = { cart, read: () => cart };
      const { injection, fired } = await inject(
        { shop },
        { on: ['state', 'results'], injectionRate: 0.5 },
        seed,
      );
      await injection[Symbol.asyncDispose]();
      return fired;
    };
    expect(await run(3)).toEqual(await run(3));
    expect(await run(3)).not.toEqual(await run(4));
  });

  test('what is frozen meanwhile is told by its place', async () => {
    const stock = { apples: 3 };
    const { injection } = await inject({ stock }, { on: ['state'], operators: ['negate'] });
    Object.freeze(stock);
    await expect(injection[Symbol.asyncDispose]()).rejects.toThrow('stock.apples could not be put back');
  });
});

describe('is refused', () => {
  const state = { on: ['state'] } as const;
  const frozen = Object.freeze({ a: 1 });
  const trapped = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('a trap was called');
      },
    },
  );
  test.each([
    ['a frozen component', { shop: frozen }, state, 'shop: it is frozen: none of its fields can be written'],
    ['a proxied one', { shop: trapped }, state, 'shop: it is a proxy: looking at it would run its traps'],
    [
      'one without state',
      { shop: { pay: (): number => 1 } },
      state,
      'shop: it has no data that can be written',
    ],
    ['a class', { shop: Cart }, state, 'shop: it is a function or class'],
    [
      'operators that apply to nothing there',
      { shop: { a: 1 } },
      { on: ['state'], operators: ['date-shift'] } as const,
      'the operator date-shift does not apply to anything in it',
    ],
    [
      'messages of a component that has none',
      { shop: { pay: (): number => 1 } },
      { on: ['messages'] } as const,
      'no component there emits events, and messages of the platform are named in `methods`: worker_threads.message',
    ],
  ] as const)('%s, and nothing is touched', async (_what, components, parameters, reason) => {
    await expect(inject(components, parameters)).rejects.toThrow(reason);
  });

  test('a sealed component is not: its fields can be written', async () => {
    const shop = Object.seal({ a: 1 });
    const { injection } = await inject({ shop }, { on: ['state'], operators: ['negate'] });
    expect(shop.a).toBe(-1);
    await injection[Symbol.asyncDispose]();
    expect(shop.a).toBe(1);
  });

  test('what needs components, on this process as a whole', async () => {
    const target = thisProcessTarget('my_application');
    const injector = new FaultInjector();
    await expect(injector.inject(always({ on: ['results'] }), target)).rejects.toThrow(
      'state_corruption on results needs components',
    );
    await expect(injector.inject(always(state), target)).rejects.toThrow('state is of components');
  });

  test('an operator that does not exist, or cannot apply to what was asked', () => {
    expect(() => always({ operators: ['bit-flop'] as never })).toThrow('did you mean "bit-flip"?');
    expect(() => always({ on: ['arguments'], operators: ['stale'] })).toThrow(
      'expected operators that apply to arguments, got stale',
    );
    expect(() => always({ operators: ['stale', 'replay'] })).not.toThrow();
    expect(() => always({ on: [] })).toThrow('at least one of results, arguments, messages, state');
  });
});

// The others put what came before in the place of what is: that differs with the order in which answers come.
const withoutMemory = (Object.keys(corruptionOperators) as CorruptionOperator[]).filter(
  (operator) => !['stale', 'replay', 'enum-neighbour'].includes(operator),
);

test('the same seed makes the same corruptions in 20 of 20 runs of concurrent calls', async () => {
  const run = async (jitter: number) => {
    const shop = {
      async order(id: number) {
        await sleep((id * jitter) % 5);
        return {
          id,
          status: id % 2 ? 'open' : 'paid',
          lines: [{ sku: `s${id}`, count: id }],
          at: new Date(id),
        };
      },
      price: async (id: number) => (await sleep((id * 7 * jitter) % 3), id * 1.1),
    };
    const { injection, fired } = await inject(
      { shop },
      { injectionRate: 0.3, on: ['results', 'arguments'], operators: withoutMemory },
    );
    await Promise.all(Array.from({ length: 60 }, (_, id) => Promise.all([shop.order(id), shop.price(id)])));
    await injection[Symbol.asyncDispose]();
    return fired.map(({ site, n, effect }) => `${site} ${n} ${effect}`).toSorted();
  };
  const first = await run(1);
  expect(first.length).toBeGreaterThan(20);
  for (let i = 2; i <= 20; i += 1) expect(await run(i)).toEqual(first);
});

test('objects that answers led to are looked at again, and what the program has changed since is said', async () => {
  const kept = [{ price: 5 }, { price: 6 }];
  const shop = { read: (i: number) => kept[i] };
  const { injection } = await inject({ shop }, { on: ['results'], operators: ['negate'] });
  shop.read(0);
  shop.read(1);
  expect(kept).toEqual([{ price: -5 }, { price: -6 }]);
  (kept[0] as { price: number }).price = 8;
  const { measured, active } = await injection.check(signal);
  expect(active).toBe('yes');
  expect(measured.expected).toContain(
    '1 places in its objects hold what was put there, 1 were changed since by the program',
  );
  await injection[Symbol.asyncDispose]();
  expect(kept).toEqual([{ price: 8 }, { price: 6 }]);
});
