import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { decisions } from '../model/decide.js';
import type { FiredDecision } from '../model/fault.js';
import type { CallSelection } from '../model/scenario-parameters.js';
import { VirtualClock } from '../testing/virtual-clock.js';
import { activePatches, patchesInPlace } from './active-patches.js';
import { answerEffect } from './answer-effect.js';
import { CallProgress } from './call-progress.js';
import type { CallEffect } from './call-effect.js';
import { type CallRuleOptions, openCallRule } from './call-rule.js';
import { findCallSites } from './find-call-sites.js';

/** Every call that is hit answers `hit`. */
const hit: CallEffect = answerEffect({ given: 'hit' });

function openOn(
  components: Record<string, object>,
  selection: Partial<CallSelection>,
  changes: Partial<CallRuleOptions> = {},
) {
  const fired: FiredDecision[] = [];
  const clock = new VirtualClock();
  const rule = openCallRule({
    name: 'rule',
    sites: Object.entries(components).flatMap(([name, subject]) => findCallSites(name, subject).sites),
    selection: { injectionRate: 1, ...selection },
    effect: hit,
    activeMs: 60_000,
    decide: decisions(1),
    clock,
    fired: (decision) => fired.push(decision),
    onOutcome: () => undefined,
    ...changes,
  });
  return { rule, fired, clock };
}

/** Which of `calls` calls are hit, as a picture: `..x` is the third of three. */
function hits(selection: Partial<CallSelection>, calls = 12, pausedAt = calls): string {
  const db = { query: (_n: number) => 'real' };
  const progress = new CallProgress();
  let { rule } = openOn({ db }, selection, { progress });
  const seen = Array.from({ length: calls }, (_, n) => {
    if (n === pausedAt) {
      rule.revert();
      ({ rule } = openOn({ db }, selection, { progress }));
    }
    return db.query(n) === 'hit' ? 'x' : '.';
  });
  rule.revert();
  expect(db.query(0)).toBe('real');
  return seen.join('');
}

afterEach(() => expect(activePatches()).toEqual([]));

describe('which calls', () => {
  test.each<[string, Partial<CallSelection>]>([
    ['xxxxxxxxxxxx', {}],
    ['............', { injectionRate: 0 }],
    ['..x..x..x..x', { everyNth: 3 }],
    ['xx..........', { firstN: 2 }],
    ['....xxxxxxxx', { afterN: 4 }],
    ['xxxxx.......', { atMost: 5 }],
    ['..x..x......', { everyNth: 3, atMost: 2 }],
    ['...xxx......', { afterN: 3, firstN: 6 }],
    ['............', { afterN: 6, firstN: 6 }],
    ['.x.x.x.x.x.x', { when: ([n]) => Number(n) % 2 === 1 }],
    ['...x...x....', { when: ([n]) => Number(n) % 2 === 1, everyNth: 2, atMost: 2 }],
  ])('%s for %j', (picture, selection) => {
    expect(hits(selection)).toBe(picture);
  });

  test('are the same when the rule is put back in between, and opened again with its progress', () => {
    const selection = fc.record({
      injectionRate: fc.constantFrom(0.3, 0.7, 1),
      everyNth: fc.integer({ min: 1, max: 3 }),
      afterN: fc.nat(5),
      firstN: fc.nat(20),
      atMost: fc.nat(10),
    });
    fc.assert(
      fc.property(selection, fc.nat(29), (limits, pausedAt) => {
        expect(hits(limits, 30, pausedAt)).toBe(hits(limits, 30));
      }),
    );
  });

  test('the rate is what was asked, by the hash of seed, rule, site and number', () => {
    const decide = decisions(1);
    const expected = Array.from({ length: 5_000 }, (_, n) =>
      decide('rule', 'db.query', n) < 0.3 ? 'x' : '.',
    );
    const seen = hits({ injectionRate: 0.3 }, 5_000);
    expect(seen).toBe(expected.join(''));
    // Five standard deviations of a binomial (5000, 0.3): fixed by the seed, so it cannot flake.
    expect(Math.abs(seen.replaceAll('.', '').length - 1_500)).toBeLessThan(5 * Math.sqrt(5_000 * 0.3 * 0.7));
  });

  test('a window, counted from injection; counts are those inside it, and a used-up rule costs nothing more', async () => {
    const db = { query: () => 'real' };
    const { rule, clock } = openOn({ db }, { window: { from: 1, to: '3s' }, firstN: 2 });
    const seen: string[] = [];
    for (let step = 0; step < 8; step += 1) {
      seen.push(`${clock.nowMs()} ${db.query()}`);
      await clock.advance(500);
    }
    expect(seen).toEqual([
      '0 real',
      '500 real',
      '1000 hit',
      '1500 hit',
      '2000 real',
      '2500 real',
      '3000 real',
      '3500 real',
    ]);
    expect(rule.counts.get('db.query')).toEqual({ matched: 2, fired: 2 });
    rule.revert();
  });

  test('calls before the window count for the choice: the same call has the same one wherever the edge falls', async () => {
    const choices = async (edgeAfter: number) => {
      const db = { query: () => 'real' };
      const { rule, fired, clock } = openOn({ db }, { injectionRate: 0.5, window: { from: 1, to: 2 } });
      for (let n = 0; n < 200; n += 1) {
        if (n === edgeAfter) await clock.advance(1_000);
        db.query();
      }
      rule.revert();
      return fired.map((one) => one.n).filter((n) => n >= 60);
    };
    const early = await choices(40);
    expect(early.length).toBeGreaterThan(40);
    expect(await choices(60)).toEqual(early);
  });

  test('at most n counts over every site', () => {
    const [a, b] = [{ f: () => 'real' }, { f: () => 'real' }];
    const { rule } = openOn({ a, b }, { atMost: 3 });
    expect([a.f(), b.f(), a.f(), b.f(), a.f()]).toEqual(['hit', 'hit', 'hit', 'real', 'real']);
    rule.revert();
  });

  test('`when` is told component and method, with its own calls to the target let through and not counted', () => {
    const asked: unknown[] = [];
    const db = { query: (_sql: string): string => 'real' };
    const { rule } = openOn(
      { db },
      {
        when: (args, call) => {
          asked.push([db.query('from when'), args, call]);
          return true;
        },
      },
    );
    expect(db.query('select 1')).toBe('hit');
    expect(asked).toEqual([['real', ['select 1'], { component: 'db', method: 'query' }]]);
    expect(rule.counts.get('db.query')).toEqual({ matched: 1, fired: 1 });
    rule.revert();
  });

  test('a `when` that throws leaves the call alone, and the next check says so', () => {
    const db = { query: () => 'real' };
    const { rule } = openOn(
      { db },
      {
        when: ([row]) => (row as { id: number }).id === 1,
      },
    );
    expect(db.query()).toBe('real');
    expect(() => rule.checkProblems()).toThrow(
      /your code for choosing calls or making errors failed at db\.query: TypeError: Cannot read/,
    );
    rule.revert();
  });
});

describe('decisions', () => {
  test('same seed, same decisions under any interleaving of sites', () => {
    const sites = ['a', 'b', 'c'] as const;
    const calls = fc.array(fc.constantFrom(...sites), { minLength: 30, maxLength: 60 });
    const decisionsIn = (order: readonly ('a' | 'b' | 'c')[], seed: number) => {
      const objects = { a: { f: () => 1 }, b: { f: () => 1 }, c: { f: () => 1 } };
      const { rule, fired } = openOn(objects, { injectionRate: 0.5 }, { decide: decisions(seed) });
      for (const site of order) objects[site].f();
      rule.revert();
      return sites.map((site) => fired.filter((one) => one.site === `${site}.f`).map(({ n }) => n));
    };
    let decided = 0;
    fc.assert(
      fc.property(
        calls.chain((order) =>
          fc.tuple(
            fc.constant(order),
            fc.shuffledSubarray([...order.keys()], { minLength: order.length, maxLength: order.length }),
          ),
        ),
        fc.integer(),
        ([order, places], seed) => {
          const shuffled = places.map((at) => order[at] as 'a' | 'b' | 'c');
          const first = decisionsIn(order, seed);
          decided += first.flat().length;
          expect(decisionsIn(shuffled, seed)).toEqual(first);
        },
      ),
    );
    expect(decided).toBeGreaterThan(500);
  });

  test('concurrent async calls finish in another order and are decided the same', async () => {
    const run = async (delays: readonly number[]) => {
      const clock = new VirtualClock();
      const signal = new AbortController().signal;
      const db = {
        query: async (n: number): Promise<unknown> => {
          await clock.sleep(delays[n] ?? 0, signal);
          return n;
        },
      };
      const { rule } = openOn({ db }, { injectionRate: 0.5 }, { clock });
      const answers = await clock.run(Promise.all(delays.map((_, n) => db.query(n))));
      rule.revert();
      return answers;
    };
    const forwards = await run([10, 20, 30, 40, 50, 60, 70, 80]);
    expect(forwards.filter((answer) => answer === 'hit').length).toBeGreaterThan(0);
    expect(await run([80, 70, 60, 50, 40, 30, 20, 10])).toEqual(forwards);
  });

  test('what fired is told with rule, site, number and effect', () => {
    const db = { query: () => 'real' };
    const { rule, fired } = openOn({ db }, { everyNth: 2 });
    for (let n = 0; n < 4; n += 1) db.query();
    rule.revert();
    expect(fired).toEqual([
      { rule: 'rule', site: 'db.query', n: 1, effect: 'return a given value' },
      { rule: 'rule', site: 'db.query', n: 3, effect: 'return a given value' },
    ]);
  });
});

describe('all or nothing', () => {
  test('when one site cannot be patched, none is', () => {
    const good = { f: () => 1 };
    const stubborn = new Proxy({ f: () => 1 }, { defineProperty: () => false });
    const original = good.f;
    expect(() => openOn({ good, stubborn }, {})).toThrow(/stubborn\.f could not be patched/);
    expect(good.f).toBe(original);
  });

  test('revert is idempotent; a frozen object is an UNDO_FAILED whose effect is gone', () => {
    const [db, cache] = [{ query: () => 'real' }, { get: () => 'real' }];
    const original = db.query;
    const { rule } = openOn({ db, cache }, {});
    Object.freeze(cache);
    expect(() => rule.revert()).toThrow(
      expect.objectContaining({
        code: 'UNDO_FAILED',
        message: 'cache.get could not be put back: the object refuses to be changed',
      }),
    );
    expect([db.query, cache.get()]).toEqual([original, 'real']);
    expect(activePatches()).toHaveLength(1);
    patchesInPlace.clear();
    rule.revert();
  });
});
