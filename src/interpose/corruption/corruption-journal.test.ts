import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decisions } from '../../model/decide.js';
import type { FiredDecision } from '../../model/fired-decision.js';
import { type CorruptionOperator, corruptionOperators } from '../../model/corruption-operator.js';
import { CorruptionJournal } from './corruption-journal.js';
import { corruptValue } from './corrupt-value.js';
import { findSlots } from './find-slots.js';
import { LiveCorruption } from './live-corruption.js';

const operators = Object.keys(corruptionOperators) as CorruptionOperator[];

class Account {
  readonly #secret: string;
  balance: number;
  owner: unknown;
  constructor(secret: string, balance: number, owner: unknown) {
    this.#secret = secret;
    this.balance = balance;
    this.owner = owner;
  }
  get total(): number {
    throw new Error('a getter was called');
  }
  reveal(): string {
    return this.#secret;
  }
}

function withTrap(values: Record<string, unknown>): object {
  return Object.defineProperty({ ...values }, 'trap', {
    enumerable: true,
    configurable: true,
    get() {
      throw new Error('a getter was called');
    },
  });
}

const leaf = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.bigInt(),
  fc.string(),
  fc.boolean(),
  fc.constantFrom(null, undefined),
  fc.date(),
  fc.uint8Array(),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.float64Array({ maxLength: 4 }),
);
const { node } = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('node'), { maxLength: 5 }),
    fc.dictionary(fc.string(), tie('node'), { maxKeys: 5 }),
    fc.dictionary(fc.string(), tie('node'), { maxKeys: 4 }).map(withTrap),
    fc.dictionary(fc.string(), tie('node'), { maxKeys: 4 }).map((fields) => Object.freeze({ ...fields })),
    fc.array(fc.tuple(leaf, tie('node')), { maxLength: 4 }).map((entries) => new Map(entries)),
    fc.array(tie('node'), { maxLength: 4 }).map((members) => new Set(members)),
    fc.tuple(fc.string(), fc.integer(), tie('node')).map((args) => new Account(...args)),
    fc
      .tuple(tie('node'), tie('node'))
      .map(([a, b]) => ({ first: a, [Symbol('key')]: b, [Symbol.for('shared')]: a, last: b })),
    tie('node').map((held) => Object.seal({ held })),
    tie('node').map((held) =>
      Object.defineProperties({}, { hidden: { value: held, writable: true }, fixed: { value: held } }),
    ),
    tie('node').map((held) => {
      const ring: Record<string, unknown> = { held };
      ring['self'] = ring;
      return ring;
    }),
  ),
}));

/** Identities, prototypes, order, attributes and bytes of everything in reach. */
function fingerprint(root: unknown): readonly unknown[] {
  const seen = new Set<object>();
  const facts: unknown[] = [];
  const waiting: unknown[] = [root];
  for (let value = waiting.pop(); ; value = waiting.pop()) {
    if (typeof value === 'object' && value !== null && !seen.has(value)) {
      seen.add(value);
      facts.push(value, Reflect.getPrototypeOf(value), Object.isFrozen(value));
      if (value instanceof Date) facts.push(value.getTime());
      if (value instanceof Account) facts.push(value.reveal());
      const inside = value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : [];
      facts.push(...inside);
      waiting.push(...inside);
      for (const key of Reflect.ownKeys(value)) {
        const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
        facts.push(key, ...Object.entries(descriptor ?? {}).flat());
        waiting.push(descriptor?.value);
      }
    }
    if (waiting.length === 0) return facts;
  }
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((fact, i) => Object.is(fact, b[i]));
}

test('what was corrupted comes back exactly, 3,000 seeds: identities, order, attributes, private fields, cycles', () => {
  let changed = 0;
  const choices = fc.array(
    fc.tuple(fc.constantFrom(...operators), fc.double({ min: 0, max: 0.999, noNaN: true })),
    {
      minLength: 1,
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(node, choices, (root, chosen) => {
      const before = fingerprint(root);
      const journal = new CorruptionJournal();
      let written = 0;
      for (const [operator, draw] of chosen) {
        for (const slot of findSlots(root)) {
          const made = corruptValue(operator, slot.value, draw);
          if (made === undefined || slot.place === null) continue;
          if (journal.write(slot, slot.place, made.value) !== null) written += 1;
          break;
        }
      }
      if (written > 0) changed += 1;
      expect(journal.restore()).toEqual([]);
      expect(isSame(fingerprint(root), before)).toBe(true);
    }),
    { numRuns: 3000 },
  );
  expect(changed).toBeGreaterThan(500);
});

test('live state comes back exactly, 3,000 seeds, and the same seed corrupts the same', () => {
  let corrupted = 0;
  const seeds = fc.tuple(fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(
    fc.property(fc.record({ a: node, b: node, c: node }), seeds, (root, [seed, rate]) => {
      const before = fingerprint(root);
      const run = () => {
        const told: FiredDecision[] = [];
        const live = new LiveCorruption({
          name: 'rule',
          operators,
          rate,
          decide: decisions(seed),
          fired: (decision) => told.push(decision),
        });
        live.add([{ name: 'root', value: root }]);
        const { standing, changedSince } = live.look();
        expect([standing, changedSince]).toEqual([live.written, 0]);
        corrupted += live.written;
        if (live.written > 0) expect(isSame(fingerprint(root), before)).toBe(false);
        expect(live.restore()).toEqual([]);
        expect(isSame(fingerprint(root), before)).toBe(true);
        return told;
      };
      expect(run()).toEqual(run());
    }),
    { numRuns: 3000 },
  );
  expect(corrupted).toBeGreaterThan(3000);
});

test('what the program did meanwhile to a place stays, and all others come back, in 1,000 seeds', () => {
  const fields = fc.dictionary(fc.string({ minLength: 1 }), fc.integer({ min: 1 }), {
    minKeys: 2,
    maxKeys: 8,
  });
  fc.assert(
    fc.property(fields, fc.integer(), fc.nat(), (root, seed, which) => {
      const before = { ...root };
      const options = {
        name: 'rule',
        operators: ['negate'] as const,
        rate: 1,
        decide: decisions(seed),
        fired: () => undefined,
      };
      const live = new LiveCorruption(options);
      live.add([{ name: 'root', value: root }]);
      const keys = Object.keys(root);
      const own = keys[which % keys.length] as string;
      root[own] = -7.5;
      expect(live.look()).toEqual({
        standing: live.written - (isTouchable(own) ? 1 : 0),
        changedSince: isTouchable(own) ? 1 : 0,
      });
      live.restore();
      expect(root).toEqual({ ...before, [own]: -7.5 });
    }),
    { numRuns: 1000 },
  );
});

function isTouchable(key: string): boolean {
  return !['constructor', 'prototype', '__proto__'].includes(key);
}

test('an operator makes the same of a value for the same draw, and leaves the value as it is', () => {
  fc.assert(
    fc.property(
      node,
      fc.constantFrom(...operators),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (value, operator, draw) => {
        const before = fingerprint(value);
        const first = corruptValue(operator, value, draw);
        // Neither calls getters.
        expect(inspect(corruptValue(operator, value, draw), { depth: 20 })).toBe(
          inspect(first, { depth: 20 }),
        );
        expect(isSame(fingerprint(value), before)).toBe(true);
      },
    ),
  );
});

describe('the journal', () => {
  const slotOf = (holder: object) => {
    const slot = findSlots(holder).find(({ path }) => path === '.stock');
    if (slot?.place === null || slot?.place === undefined) throw new Error('no slot');
    return { slot, place: slot.place };
  };

  test('leaves what the program has changed since', () => {
    const shop = { stock: 3 };
    const journal = new CorruptionJournal();
    const { slot, place } = slotOf(shop);
    journal.write(slot, place, 4);
    shop.stock = 10;
    expect(journal.restore()).toEqual([]);
    expect(shop.stock).toBe(10);
  });

  test('says what refuses to be put back', () => {
    const shop = { stock: 3 };
    const journal = new CorruptionJournal();
    const { slot, place } = slotOf(shop);
    journal.write(slot, place, 4);
    Object.freeze(shop);
    expect(journal.restore()).toEqual(['.stock']);
    expect(journal.restore()).toEqual([]);
  });

  test.each([
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
    [0, 2, 1],
  ])('changes of several in one place go back in any order: %i %i %i', (...order) => {
    const shop = { stock: 3 };
    const journals = order.map((_, i) => {
      const journal = new CorruptionJournal();
      const { slot, place } = slotOf(shop);
      journal.write(slot, place, 10 + i);
      return journal;
    });
    expect(shop.stock).toBe(12);
    expect(journals.map((journal) => journal.look())).toEqual(
      order.map(() => ({ standing: 1, changedSince: 0 })),
    );
    for (const i of order) expect(journals[i]?.restore()).toEqual([]);
    expect(shop.stock).toBe(3);
  });

  test('a place that holds a corruption is not corrupted again, unless the program has changed it since', () => {
    const shop = { stock: 3 };
    const journal = new CorruptionJournal();
    const write = (value: number) => journal.write(slotOf(shop).slot, slotOf(shop).place, value);
    write(4);
    expect(write(5)).toBe(null);
    shop.stock = 7;
    expect(write(8)).not.toBe(null);
    expect(journal.look()).toEqual({ standing: 1, changedSince: 1 });
    journal.restore();
    expect(shop.stock).toBe(7);
  });

  test('that is full changes nothing more', () => {
    const shop = { stock: 3 };
    const { slot, place } = slotOf(shop);
    expect(new CorruptionJournal(0).write(slot, place, 4)).toBe(null);
    expect(shop.stock).toBe(3);
  });
});

test('at most 5,000 places are looked at; frozen, proxied and dangerous ones are left alone', () => {
  expect(findSlots(Array.from({ length: 20_000 }, (_, i) => i)).length).toBe(5001);
  const proxy = new Proxy(
    { a: 1 },
    {
      ownKeys: () => {
        throw new Error('a trap was called');
      },
    },
  );
  expect(findSlots({ proxy }).map(({ path }) => path)).toEqual(['', '.proxy']);
  expect(findSlots(Object.freeze({ a: 1 })).map(({ path }) => path)).toEqual(['']);
  expect(findSlots({ constructor: 1, prototype: 2, b: 3 }).map(({ path }) => path)).toEqual(['', '.b']);
});
