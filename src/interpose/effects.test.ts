import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test } from 'vitest';
import { decisions } from '../model/decide.js';
import { VirtualClock } from '../testing/virtual-clock.js';
import { activePatches } from './active-patches.js';
import { answerEffect } from './answer-effect.js';
import type { CallEffect } from './call-effect.js';
import { type CallRule, openCallRule } from './call-rule.js';
import { corruptEffect } from './corrupt-effect.js';
import { delayEffect } from './delay-effect.js';
import { findCallSites } from './find-call-sites.js';
import { isInjected } from './injected-error.js';
import type { Outcome } from './observe-outcome.js';
import { throwEffect } from './throw-effect.js';

class Client {
  readonly open = true;
}

class Shop {
  readonly log: string[] = [];
  plain(x: number): number {
    this.log.push(`plain ${x}`);
    return x;
  }
  async later(x: number, _options?: object): Promise<number> {
    this.log.push(`later ${x}`);
    return x;
  }
  /** Not async, but answers with promises. */
  promised(x: number, ..._rest: unknown[]): Promise<number> {
    this.log.push(`promised ${x}`);
    return Promise.resolve(x);
  }
  *steps(): Generator<number> {
    this.log.push('steps begin');
    try {
      yield 1;
      yield 2;
    } finally {
      this.log.push('steps end');
    }
  }
  async *asyncSteps(): AsyncGenerator<number> {
    this.log.push('asyncSteps begin');
    try {
      yield 1;
      yield 2;
    } finally {
      this.log.push('asyncSteps end');
    }
  }
  fails(): never {
    throw new Error('its own error');
  }
  async rejects(): Promise<never> {
    throw new Error('its own error');
  }
}

interface Rig {
  readonly shop: Shop;
  readonly rule: CallRule;
  readonly clock: VirtualClock;
  readonly effects: string[];
  readonly outcomes: Outcome[];
}

function faulty(effect: CallEffect, subject: object = new Shop()): Rig {
  const clock = new VirtualClock();
  const effects: string[] = [];
  const outcomes: Outcome[] = [];
  const rule = openCallRule({
    name: 'rule',
    sites: findCallSites('shop', subject).sites,
    selection: { injectionRate: 1 },
    effect,
    activeMs: 60_000,
    decide: decisions(1),
    clock,
    fired: (decision) => effects.push(decision.effect),
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  return { shop: subject as Shop, rule, clock, effects, outcomes };
}

/** What a caller sees of one call, as text. */
async function seen(call: () => unknown): Promise<string> {
  try {
    const answer = call();
    if (!(answer instanceof Promise)) return `returned ${String(answer)}`;
    return await answer.then(
      (value) => `resolved ${String(value)}`,
      (error: unknown) => `rejected ${String(error)}`,
    );
  } catch (error) {
    return `threw ${String(error)}`;
  }
}

afterEach(() => expect(activePatches()).toEqual([]));

describe('throw', () => {
  test('before: the real call does not happen; a rejection where the function is async', async () => {
    const { shop, rule, effects, outcomes } = faulty(throwEffect(['ECONNRESET'], 'before'));
    expect(await seen(() => shop.plain(1))).toBe('threw Error: read ECONNRESET');
    expect(await seen(() => shop.later(1))).toBe('rejected Error: read ECONNRESET');
    expect(shop.log).toEqual([]);
    expect(effects).toEqual(['throw ECONNRESET', 'throw ECONNRESET']);
    expect(outcomes.map(({ ended, value }) => [ended, isInjected(value)])).toEqual([
      ['threw', true],
      ['threw', true],
    ]);
    rule.revert();
  });

  test('before, on a plain function that answers with promises: a rejection once an answer was seen', async () => {
    const shop = new Shop();
    const clock = new VirtualClock();
    const rule = openCallRule({
      name: 'rule',
      sites: findCallSites('shop', shop).sites,
      selection: { injectionRate: 1, afterN: 1 },
      effect: throwEffect(['Error'], 'before'),
      activeMs: 60_000,
      decide: decisions(1),
      clock,
      fired: () => undefined,
      onOutcome: () => undefined,
    });
    expect(await seen(() => shop.promised(1))).toBe('resolved 1');
    expect(await seen(() => shop.promised(2))).toBe(
      'rejected Error: shop.promised failed (injected by chaosx)',
    );
    expect(await seen(() => shop.plain(1))).toBe('returned 1');
    expect(await seen(() => shop.plain(2))).toBe('threw Error: shop.plain failed (injected by chaosx)');
    rule.revert();
  });

  test('an async function compiled for an older JavaScript rejects from its first call on', async () => {
    const __awaiter = (_self: unknown, _args: unknown, _promise: unknown, body: () => Generator) =>
      Promise.resolve(body().next().value);
    const compiled = {
      // oxlint-disable-next-line object-shorthand -- as a compiler writes it
      load: function (this: unknown) {
        return __awaiter(this, void 0, void 0, function* () {
          return yield 1;
        });
      },
    };
    const { rule } = faulty(throwEffect(['Error'], 'before'), compiled);
    expect(await seen(() => compiled.load())).toMatch(/^rejected/);
    rule.revert();
  });

  test('after: the work is done and the reply is lost; a failure of its own stays its own', async () => {
    const { shop, rule, effects } = faulty(throwEffect(['TimeoutError'], 'after'));
    const timeout = 'TimeoutError: The operation was aborted due to timeout';
    expect(await seen(() => shop.plain(1))).toBe(`threw ${timeout}`);
    expect(await seen(() => shop.later(2))).toBe(`rejected ${timeout}`);
    expect(await seen(() => shop.promised(3))).toBe(`rejected ${timeout}`);
    expect(shop.log).toEqual(['plain 1', 'later 2', 'promised 3']);
    expect(await seen(() => shop.fails())).toBe('threw Error: its own error');
    expect(await seen(() => shop.rejects())).toBe('rejected Error: its own error');
    expect(effects).toEqual([
      'throw TimeoutError after the call',
      'throw TimeoutError after the call',
      'throw TimeoutError after the call',
    ]);
    rule.revert();
  });

  test('a generator fails at its first step: before it, or after with its value lost and the generator closed', async () => {
    for (const [moment, log] of [
      ['before', []],
      ['after', ['steps begin', 'steps end', 'asyncSteps begin', 'asyncSteps end']],
    ] as const) {
      const { shop, rule, outcomes } = faulty(throwEffect(['EIO'], moment));
      const [steps, asyncSteps] = [shop.steps(), shop.asyncSteps()];
      expect(outcomes).toEqual([]);
      expect(Object.prototype.toString.call(steps)).toBe('[object Generator]');
      expect(steps).toBeInstanceOf(shop.steps);
      expect(asyncSteps).toBeInstanceOf(shop.asyncSteps);
      expect(await seen(() => steps.next())).toBe('threw Error: EIO: i/o error, read');
      expect(steps.next()).toEqual({ done: true, value: undefined });
      expect(await seen(() => asyncSteps.next())).toBe('rejected Error: EIO: i/o error, read');
      expect(await asyncSteps.next()).toEqual({ done: true, value: undefined });
      expect(shop.log).toEqual(log);
      expect(outcomes.map(({ ended }) => ended)).toEqual(['threw', 'threw']);
      rule.revert();
    }
  });

  test('`new` fails too', () => {
    const holder = { Client };
    const { rule } = faulty(throwEffect(['TypeError'], 'before'), holder);
    expect(() => new holder.Client()).toThrow(TypeError);
    rule.revert();
    expect(new holder.Client()).toBeInstanceOf(holder.Client);
  });

  test('exceptions are chosen by the seed, all of them in turn', async () => {
    const { shop, rule, effects } = faulty(throwEffect(['EPIPE', 'EMFILE', RangeError], 'before'));
    for (let n = 0; n < 60; n += 1) await seen(() => shop.plain(n));
    expect(new Set(effects)).toEqual(new Set(['throw EPIPE', 'throw EMFILE', 'throw RangeError']));
    const first = [...effects];
    rule.revert();
    const again = faulty(throwEffect(['EPIPE', 'EMFILE', RangeError], 'before'));
    for (let n = 0; n < 60; n += 1) await seen(() => again.shop.plain(n));
    expect(again.effects).toEqual(first);
    again.rule.revert();
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('factory bug');
      },
      'Error: factory bug',
    ],
    [
      'makes no error',
      () => 'oops' as unknown as Error,
      'TypeError: expected factory to make an Error, got string',
    ],
  ])(
    'a factory that %s leaves the call alone, and the next check says so',
    async (_name, factory, message) => {
      const { shop, rule, effects } = faulty(
        throwEffect([Object.defineProperty(factory, 'name', { value: 'factory' })], 'before'),
      );
      expect(await seen(() => shop.plain(1))).toBe('returned 1');
      expect(effects).toEqual([]);
      expect(() => rule.checkProblems()).toThrow(message);
      rule.revert();
    },
  );
});

describe('answer', () => {
  test.each([
    ['null', 'null'],
    ['undefined', 'undefined'],
    [{ given: 'this' }, 'this'],
    ['empty', '0'],
  ] as const)('%j: the real call happens, as a promise where it answers with one', async (value, text) => {
    const { shop, rule } = faulty(answerEffect(value));
    expect(await seen(() => shop.plain(1))).toBe(`returned ${text}`);
    expect(await seen(() => shop.later(2))).toBe(`resolved ${text}`);
    expect(await seen(() => shop.promised(3))).toBe(`resolved ${text}`);
    expect(shop.log).toEqual(['plain 1', 'later 2', 'promised 3']);
    expect(await seen(() => shop.fails())).toBe('threw Error: its own error');
    expect(await seen(() => shop.rejects())).toBe('rejected Error: its own error');
    rule.revert();
  });

  test('a promise of another realm is one too, as under Jest', async () => {
    const promised = runInNewContext('() => Promise.resolve(1)') as () => Promise<unknown>;
    const subject = { promised };
    const { rule, outcomes } = faulty(answerEffect('null'), subject);
    const answer = subject.promised();
    expect(answer).not.toBeNull();
    expect(await answer).toBeNull();
    rule.revert();
    expect(outcomes.map(({ value }) => value)).toEqual([null]);
  });

  test('a generator: null instead of it, or one without steps', async () => {
    const none = faulty(answerEffect('null'));
    expect([none.shop.steps(), none.shop.asyncSteps()]).toEqual([null, null]);
    none.rule.revert();
    const empty = faulty(answerEffect('empty'));
    expect([...empty.shop.steps()]).toEqual([]);
    const values: number[] = [];
    for await (const value of empty.shop.asyncSteps()) values.push(value);
    expect(values).toEqual([]);
    empty.rule.revert();
  });

  test('`new` is left alone and not counted', () => {
    const holder = { Client };
    const { rule } = faulty(answerEffect('null'), holder);
    expect(new holder.Client()).toBeInstanceOf(holder.Client);
    expect(rule.counts.get('shop.Client')).toEqual({ matched: 0, fired: 0 });
    rule.revert();
  });
});

describe('delay', () => {
  test('an async call waits on the clock, then happens', async () => {
    const { shop, rule, clock, effects, outcomes } = faulty(delayEffect(800, true));
    const answer = shop.later(1);
    await clock.advance(799);
    expect(shop.log).toEqual([]);
    await clock.advance(1);
    expect(await answer).toBe(1);
    expect(effects).toEqual(['delay 800 ms']);
    expect(outcomes).toEqual([{ ended: 'returned', value: 1, tookMs: 800 }]);
    rule.revert();
  });

  test('a plain function that answers with promises never blocks: its first answer is held back, later calls wait', async () => {
    const { shop, rule, clock, effects } = faulty(delayEffect(800, true));
    const first = shop.promised(1);
    expect(shop.log).toEqual(['promised 1']);
    const state = { settled: false };
    void first.then(() => {
      state.settled = true;
    });
    await clock.advance(799);
    expect(state.settled).toBe(false);
    await clock.advance(1);
    expect(await first).toBe(1);
    const second = shop.promised(2);
    await clock.advance(799);
    expect(shop.log).toEqual(['promised 1']);
    await clock.advance(1);
    expect(await second).toBe(2);
    expect(effects).toEqual(['delay 800 ms', 'delay 800 ms']);
    rule.revert();
  });

  test('revert ends delays at once, and the calls go on', async () => {
    const { shop, rule, clock } = faulty(delayEffect(50_000, true));
    const answers = Array.from({ length: 30 }, (_, n) => shop.later(n));
    rule.revert();
    expect(await Promise.all(answers)).toHaveLength(30);
    expect([shop.log.length, clock.nowMs(), clock.pending]).toEqual([30, 0, 0]);
  });

  test.each([
    ['an argument', (signal: AbortSignal) => signal],
    ['options', (signal: AbortSignal) => ({ signal, retries: 3 })],
  ])('an AbortSignal in %s ends it with its reason, and the call does not happen', async (_name, wrap) => {
    const { shop, rule, clock } = faulty(delayEffect(800, true));
    const stop = new AbortController();
    const answer = seen(() => shop.later(1, wrap(stop.signal)));
    await clock.advance(100);
    stop.abort(new Error('caller gave up'));
    expect(await answer).toBe('rejected Error: caller gave up');
    expect([shop.log, clock.pending]).toEqual([[], 0]);
    expect(await seen(() => shop.later(1, wrap(stop.signal)))).toBe('rejected Error: caller gave up');
    rule.revert();
  });

  test('or not, when asked', async () => {
    const { shop, rule, clock } = faulty(delayEffect(800, false));
    const stop = new AbortController();
    const answer = shop.later(1, { signal: stop.signal });
    stop.abort();
    await clock.advance(800);
    expect(await answer).toBe(1);
    rule.revert();
  });

  test('a generator waits in its first step, and then is the real one', async () => {
    const { shop, rule, clock } = faulty(delayEffect(50, true));
    const started = performance.now();
    const steps = shop.steps();
    expect(shop.log).toEqual([]);
    expect([...steps]).toEqual([1, 2]);
    expect(performance.now() - started).toBeGreaterThanOrEqual(49);
    const values = (async () => {
      const found: number[] = [];
      for await (const value of shop.asyncSteps()) found.push(value);
      return found;
    })();
    await clock.advance(49);
    expect(shop.log).toEqual(['steps begin', 'steps end']);
    await clock.advance(1);
    expect(await values).toEqual([1, 2]);
    rule.revert();
  });

  test('a synchronous function blocks its thread for the delay, capped at 5 s, and says so', async () => {
    const { shop, rule, effects } = faulty(delayEffect(150, true));
    const started = performance.now();
    expect([shop.plain(1), shop.plain(2)]).toEqual([1, 2]);
    // Twice 150 ms; nothing bounds how late a busy machine wakes a thread.
    expect(performance.now() - started).toBeGreaterThanOrEqual(295);
    expect(effects).toEqual(['block 150 ms', 'block 150 ms']);
    rule.revert();
  });

  test('a loop of blocked calls ends with the time of the fault, though nothing can revert it meanwhile', () => {
    const shop = new Shop();
    const clock = new VirtualClock();
    const rule = openCallRule({
      name: 'rule',
      sites: findCallSites('shop', shop).sites,
      selection: { injectionRate: 1 },
      effect: delayEffect(20, true),
      activeMs: 100,
      decide: decisions(1),
      clock: { ...clock, nowMs: () => performance.now(), wallMs: () => clock.wallMs(), sleep: clock.sleep },
      fired: () => undefined,
      onOutcome: () => undefined,
    });
    const started = performance.now();
    for (let n = 0; n < 1_000; n += 1) shop.plain(n);
    // 20 s if it did not end: a wide bound for a busy machine.
    expect(performance.now() - started).toBeLessThan(5_000);
    rule.revert();
  });
});

describe('corrupt', () => {
  test('a value that is returned or resolved is another one, and what it was is told', async () => {
    const { shop, rule, effects, outcomes } = faulty(
      corruptEffect({ on: ['results'], operators: ['negate'] }),
    );
    expect(shop.plain(3)).toBe(-3);
    expect(await shop.later(4)).toBe(-4);
    expect(effects).toEqual(['negate at answer: 3 → -3', 'negate at answer: 4 → -4']);
    expect(outcomes.map(({ ended }) => ended)).toEqual(['returned', 'returned']);
    rule.revert();
  });

  test('an object that the target keeps is changed in place, and put back', () => {
    const kept = { price: 5 };
    const { shop, rule, effects } = faulty(corruptEffect({ on: ['results'], operators: ['off-by-one'] }), {
      read: () => kept,
    });
    const answer = (shop as unknown as { read(): object }).read();
    expect(answer).toBe(kept);
    expect([4, 6]).toContain(kept.price);
    expect(effects).toEqual([`off-by-one at answer.price: 5 → ${kept.price}`]);
    rule.revert();
    expect(kept).toEqual({ price: 5 });
  });

  test('an answer that comes after the revert, or has nothing to corrupt, is the real one', async () => {
    const { shop, rule, effects } = faulty(corruptEffect({ on: ['results'], operators: ['negate'] }));
    const late = shop.later(4);
    rule.revert();
    expect(await late).toBe(4);
    const frozen = Object.freeze({ text: 'x' });
    const other = faulty(corruptEffect({ on: ['results'], operators: ['negate'] }), { read: () => frozen });
    expect((other.shop as unknown as { read(): object }).read()).toBe(frozen);
    expect([...effects, ...other.effects]).toEqual([]);
    other.rule.revert();
  });

  test('what is frozen meanwhile is told by its place', () => {
    const kept = { price: 5 };
    const { shop, rule } = faulty(corruptEffect({ on: ['results'], operators: ['negate'] }), {
      read: () => kept,
    });
    (shop as unknown as { read(): object }).read();
    Object.freeze(kept);
    expect(() => rule.revert()).toThrow('answer.price could not be put back');
  });

  test('secrets are not told', () => {
    const { shop, rule, effects } = faulty(corruptEffect({ on: ['results'], operators: ['empty'] }), {
      read: () => ({ password: 'hunter2' }),
    });
    (shop as unknown as { read(): object }).read();
    expect(effects).toEqual(['empty at answer.password: (hidden) → (hidden)']);
    rule.revert();
  });
});
