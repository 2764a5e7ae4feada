import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { activePatches, patchesInPlace } from './active-patches.js';
import { type CallSite, findCallSites } from './find-call-sites.js';
import { attachLayer, type Layer } from './patched-site.js';

/** Lets every call pass, and counts them. */
function counting(): Layer & { seen: number } {
  return {
    seen: 0,
    select() {
      this.seen += 1;
      return -1;
    },
    act: (_n, call) => call.proceed(),
  };
}

/** Acts on every call: puts its name round the answer. */
const marking = (name: string): Layer => ({
  select: () => 0,
  act: (_n, call) => `${name}(${String(call.proceed())})`,
});

function siteOf(subject: object, method: string): CallSite {
  const site = findCallSites('c', subject).sites.find((one) => one.method === method);
  if (site === undefined) throw new Error(`no site ${method}`);
  return site;
}

/** All own properties, of the object and its ancestors, in order. */
function picture(subject: object): unknown {
  const levels: unknown[] = [];
  for (let at: object | null = subject; at !== null; at = Reflect.getPrototypeOf(at)) {
    levels.push(Reflect.ownKeys(at).map((key) => [key, Reflect.getOwnPropertyDescriptor(at, key)]));
  }
  return levels;
}

afterEach(() => {
  // Tests that leave something behind on purpose take it away themselves.
  expect(activePatches()).toEqual([]);
});

/** A bag of properties of every kind, in an object whose ancestors have such bags too. */
const descriptor = fc.oneof(
  fc
    .record({ writable: fc.boolean(), enumerable: fc.boolean(), configurable: fc.boolean() })
    .map((flags) => ({
      ...flags,
      value: () => 'real',
    })),
  fc.record({ enumerable: fc.boolean(), configurable: fc.boolean() }).map((flags) => ({
    ...flags,
    get: () => {
      throw new Error('a getter was called');
    },
  })),
  fc.record({ writable: fc.boolean(), configurable: fc.boolean() }).map((flags) => ({ ...flags, value: 7 })),
);
const bag = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'constructor', 'toString'), descriptor, {
  maxKeys: 6,
});
const subject = fc
  .record({
    levels: fc.array(bag, { minLength: 1, maxLength: 3 }),
    statics: fc.option(bag),
    lock: fc.constantFrom('none', 'sealed', 'frozen', 'inextensible'),
  })
  .map(({ levels, statics, lock }): object => {
    const object = levels.reduce<object>(
      (parent, properties) => Object.create(parent, properties as PropertyDescriptorMap) as object,
      Object.prototype,
    );
    const made = statics === null ? object : function Made() {};
    if (statics !== null) {
      Object.setPrototypeOf((made as { prototype: object }).prototype, object);
      Object.defineProperties(made, statics as PropertyDescriptorMap);
    }
    if (lock === 'sealed') Object.seal(made);
    if (lock === 'frozen') Object.freeze(made);
    if (lock === 'inextensible') Object.preventExtensions(made);
    return made;
  });

describe('patch and put back', () => {
  test('any object or class is afterwards what it was, in every descriptor and identity, in any order of undoing', () => {
    let patched = 0;
    fc.assert(
      fc.property(subject, fc.array(fc.nat(), { maxLength: 20 }), (made, order) => {
        const prototype = (made as { prototype?: object }).prototype ?? made;
        const before = [picture(made), picture(prototype)];
        const { sites } = findCallSites('c', made);
        const attachments = [...sites, ...sites].map((site) => attachLayer(site, counting()));
        patched += attachments.length;
        for (const attachment of attachments) {
          expect(attachment.inPlace()).toBe(true);
        }
        for (const at of order) attachments[at % (attachments.length || 1)]?.detach();
        for (const attachment of attachments) expect(attachment.detach()).toBe('done');
        // Compares functions by identity.
        assert.deepStrictEqual([picture(made), picture(prototype)], before);
        expect(activePatches()).toEqual([]);
      }),
      { numRuns: 500 },
    );
    expect(patched).toBeGreaterThan(500);
  });

  test('of an instance, only that instance is patched, and its keys stay as they were', () => {
    class Db {
      query() {
        return 'real';
      }
    }
    const [one, other] = [new Db(), new Db()];
    const attachment = attachLayer(siteOf(one, 'query'), marking('hit'));
    expect([one.query(), other.query()]).toEqual(['hit(real)', 'real']);
    expect(Object.keys(one)).toEqual([]);
    expect({ ...one }).toEqual({});
    attachment.detach();
    expect(Object.hasOwn(one, 'query')).toBe(false);
  });

  test('of a class, what it inherits is hidden on it: its ancestors and siblings never meet the fault', () => {
    class Base {
      static make() {
        return 'made';
      }
      query() {
        return 'real';
      }
    }
    class Db extends Base {}
    class Sibling extends Base {}
    const attachments = findCallSites('Db', Db).sites.map((site) => attachLayer(site, marking('hit')));
    expect([new Db().query(), new Sibling().query(), new Base().query()]).toEqual([
      'hit(real)',
      'real',
      'real',
    ]);
    expect([Db.make(), Sibling.make(), Base.make()]).toEqual(['hit(made)', 'made', 'made']);
    for (const attachment of attachments) attachment.detach();
    expect([Reflect.ownKeys(Db.prototype), Object.hasOwn(Db, 'make')]).toEqual([['constructor'], false]);
  });

  test.each([
    ['first in, first out', [0, 1, 2]],
    ['last in, first out', [2, 1, 0]],
    ['the middle one first', [1, 0, 2]],
  ])('three layers on one site, undone %s', (_name, order) => {
    const db = { query: () => 'real' };
    const original = db.query;
    const attachments = ['a', 'b', 'c'].map((name) => attachLayer(siteOf(db, 'query'), marking(name)));
    expect(db.query()).toBe('c(b(a(real)))');
    const left = ['a', 'b', 'c'];
    for (const index of order) {
      attachments[index]?.detach();
      left[index] = '';
      const expected = left.filter(Boolean).reduce((inner, name) => `${name}(${inner})`, 'real');
      expect(db.query()).toBe(expected);
    }
    expect(db.query).toBe(original);
  });

  test('a layer that rests is out of the way for good, the others stay', () => {
    const db = { query: () => 'real' };
    const [a, b] = [counting(), counting()];
    const attachments = [attachLayer(siteOf(db, 'query'), a), attachLayer(siteOf(db, 'query'), b)];
    db.query();
    attachments[0]?.rest();
    db.query();
    expect([a.seen, b.seen]).toEqual([1, 2]);
    for (const attachment of attachments) attachment.detach();
  });

  test('wrapped by somebody else since: ours lets calls pass, says so, and goes when the other has gone', () => {
    const db = { query: () => 'real' };
    const original = db.query;
    const attachment = attachLayer(siteOf(db, 'query'), marking('hit'));
    const ours = db.query;
    db.query = () => `spy(${ours()})`;
    expect(db.query()).toBe('spy(hit(real))');
    expect(attachment.inPlace()).toBe(false);
    expect(attachment.detach()).toBe('changed');
    expect(db.query()).toBe('spy(real)');
    expect(activePatches()).toEqual([
      'c.query (something else changed it during the fault; our function may be inside, passing every call on)',
    ]);
    db.query = ours;
    expect(attachment.detach()).toBe('done');
    expect(db.query).toBe(original);
  });

  test('a new fault above a foreign wrapper takes that for the original', () => {
    const db = { query: () => 'real' };
    const first = attachLayer(siteOf(db, 'query'), marking('a'));
    const ours = db.query;
    const spy = () => `spy(${ours()})`;
    db.query = spy;
    const second = attachLayer(siteOf(db, 'query'), marking('b'));
    expect(db.query()).toBe('b(spy(a(real)))');
    expect(first.detach()).toBe('changed');
    expect(db.query()).toBe('b(spy(real))');
    expect(second.detach()).toBe('done');
    expect(db.query).toBe(spy);
    db.query = ours;
    expect(first.detach()).toBe('done');
  });

  test('what somebody else replaced and put back later is off the list', () => {
    const query = () => 'real';
    const db = { query };
    const attachment = attachLayer(siteOf(db, 'query'), marking('hit'));
    db.query = () => 'stub';
    expect(attachment.detach()).toBe('changed');
    expect(activePatches()).toHaveLength(1);
    db.query = query;
    expect(activePatches()).toEqual([]);
  });

  test('frozen during the fault: it cannot be put back, lets calls pass and says so', () => {
    const db = { query: () => 'real' };
    const attachment = attachLayer(siteOf(db, 'query'), marking('hit'));
    Object.freeze(db);
    expect(attachment.detach()).toBe('refused');
    expect(db.query()).toBe('real');
    expect(activePatches()).toEqual([
      'c.query (it could not be put back; our function passes every call on)',
    ]);
    // What cannot be undone is taken off the list for the other tests.
    patchesInPlace.clear();
  });

  test('an object that refuses, or a method that is gone, is an INJECTION_FAILED and nothing is left', () => {
    const stubborn = new Proxy({ query: () => 1 }, { defineProperty: () => false });
    expect(() => attachLayer(siteOf(stubborn, 'query'), counting())).toThrow(/c\.query could not be patched/);
    const fickle: { query?: () => number } = { query: () => 1 };
    const site = siteOf(fickle, 'query');
    delete fickle.query;
    expect(() => attachLayer(site, counting())).toThrow(/expected c\.query to be a function, got undefined/);
  });
});

describe('the stand-in', () => {
  const withLayer = (holder: object, method: string, layer: Layer, body: () => void) => {
    const attachment = attachLayer(siteOf(holder, method), layer);
    try {
      body();
    } finally {
      attachment.detach();
    }
  };
  const idle = (): Layer => counting();

  test.each(['idle', 'active'])(
    '%s: keeps this, arguments and their count, for any number of them',
    (state) => {
      const holder = {
        f(this: unknown, ...rest: unknown[]): unknown {
          return [this, rest];
        },
        g(_a?: unknown, _b = 2): unknown {
          // oxlint-disable-next-line prefer-rest-params -- the count that the callee sees is what is tested
          return arguments.length;
        },
      };
      const attachments = findCallSites('c', holder).sites.map((site) => attachLayer(site, idle()));
      if (state === 'idle') for (const attachment of attachments) attachment.rest();
      for (let count = 0; count <= 7; count += 1) {
        const args = Array.from({ length: count }, (_, i) => (i === 1 ? undefined : i));
        const self = {};
        expect(holder.f.apply(self, args)).toEqual([self, args]);
        expect((holder.f.apply(self, args) as unknown[])[0]).toBe(self);
        expect(Reflect.apply(holder.g, holder, args)).toBe(count);
      }
      for (const attachment of attachments) attachment.detach();
    },
  );

  test('reads like the original: name, length, properties, prototype, kind', () => {
    function named(_a: unknown) {}
    class Thing {
      static readonly limit = 3;
      readonly id = 1;
    }
    const holder = {
      plain(_a: unknown, _b: unknown) {},
      async async() {},
      *generator() {},
      async *both() {},
      arrow: () => 1,
      bound: named.bind(null),
      old: function old() {},
      Class: Thing,
      rich: Object.assign(() => 1, { calls: 0 }),
    };
    const facts = () =>
      Object.entries(holder).flatMap(([key, fn]) => [
        fn.name,
        fn.length,
        // A bound function has no `prototype`, where ours has one that is undefined.
        ...Reflect.ownKeys(fn).filter((own) => key !== 'bound' || own !== 'prototype'),
        Reflect.getPrototypeOf(fn),
        (fn as { prototype?: unknown }).prototype,
        Object.prototype.toString.call(fn),
        isConstructible(fn),
      ]);
    const before = facts();
    const attachments = findCallSites('c', holder).sites.map((site) => attachLayer(site, idle()));
    expect(attachments).toHaveLength(9);
    expect(facts().map((fact, i) => Object.is(fact, before[i]) || fact)).toEqual(before.map(() => true));
    for (const attachment of attachments) attachment.detach();
  });

  test('a function with a `call` of its own is called all the same', () => {
    const own = Object.assign((a: number) => a + 1, { call: () => 'not the function' });
    const bare = Object.setPrototypeOf((a: number) => a + 2, null) as (a: number) => number;
    const holder = { own, bare };
    withLayer(holder, 'own', idle(), () => expect(holder.own(1)).toBe(2));
    withLayer(holder, 'bare', idle(), () => expect(holder.bare(1)).toBe(3));
  });

  test('properties of the function are one state: changed on either side, kept afterwards', () => {
    const fn: (() => number) & { calls: number; added?: string } = Object.assign(() => (fn.calls += 1), {
      calls: 0,
    });
    const holder = { fn };
    withLayer(holder, 'fn', idle(), () => {
      holder.fn();
      expect(holder.fn.calls).toBe(1);
      holder.fn.calls = 10;
      expect(fn.calls).toBe(10);
      holder.fn.added = 'during';
    });
    expect([fn.calls, fn.added]).toEqual([10, 'during']);
  });

  test.each(['idle', 'active'])(
    '%s: constructs as the original does, for itself and for subclasses',
    (state) => {
      class Thing {
        static readonly made: unknown[] = [];
        readonly id: number;
        constructor(id: number) {
          this.id = id;
          Thing.made.push(new.target);
        }
      }
      const holder = { Thing };
      const attachment = attachLayer(siteOf(holder, 'Thing'), idle());
      if (state === 'idle') attachment.rest();
      class Sub extends holder.Thing {}
      const thing = new holder.Thing(1);
      const sub = new Sub(2);
      expect(thing).toBeInstanceOf(Thing);
      expect(thing).toBeInstanceOf(holder.Thing);
      expect(Reflect.getPrototypeOf(thing)).toBe(Thing.prototype);
      expect([thing.id, sub.id, Thing.made]).toEqual([1, 2, [Thing, Sub]]);
      expect(() => Reflect.apply(holder.Thing, undefined, [])).toThrow(TypeError);
      attachment.detach();
    },
  );

  test('hands on the very promise and generator of the real call when nothing fires', () => {
    const promise = Promise.resolve(1);
    const holder = { later: () => promise, *steps() {} };
    withLayer(holder, 'later', idle(), () => expect(holder.later()).toBe(promise));
    withLayer(holder, 'steps', idle(), () =>
      expect(Object.prototype.toString.call(holder.steps())).toBe('[object Generator]'),
    );
  });
});

function isConstructible(fn: object): boolean {
  try {
    Reflect.construct(Object, [], fn as () => void);
    return true;
  } catch {
    return false;
  }
}
