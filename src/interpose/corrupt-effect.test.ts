import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CorruptionOperator, corruptionOperators } from '../model/corruption-operator.js';
import { operatorsOn } from '../model/corruption-place.js';
import { decisions } from '../model/decide.js';
import { VirtualClock } from '../testing/virtual-clock.js';
import { openCallRule } from './call-rule.js';
import { corruptEffect } from './corrupt-effect.js';
import { corruptValue } from './corruption/corrupt-value.js';
import { findCallSites } from './find-call-sites.js';

class Money {
  readonly #currency = 'EUR';
  cents = 5;
  get shown(): string {
    throw new Error('a getter was called');
  }
  currency(): string {
    return this.#currency;
  }
}

const data = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    fc.integer(),
    fc.string(),
    fc.date(),
    fc.uint8Array(),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('node'), { maxKeys: 4 }),
    fc.array(fc.tuple(fc.string(), tie('node')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.constant(null).map(() => new Money()),
  ),
})).node;

function shape(value: unknown, seen = new Map<object, number>()): unknown {
  if (typeof value !== 'object' || value === null) return [typeof value, value];
  const known = seen.get(value);
  if (known !== undefined) return known;
  seen.set(value, seen.size);
  const inside = value instanceof Map ? [...value].flat() : value instanceof Date ? [value.getTime()] : [];
  const own = Reflect.ownKeys(value).map((key) => {
    const { value: held, ...attributes } = Reflect.getOwnPropertyDescriptor(value, key) ?? {};
    return [key, attributes, shape(held, seen)];
  });
  const prototype: unknown = Reflect.getPrototypeOf(value)?.constructor.name ?? null;
  return [prototype, inside.map((one) => shape(one, seen)), own];
}

test('callers find their arguments as they were once the call has ended, 3,000 seeds', async () => {
  let hits = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(data, { minLength: 1, maxLength: 3 }),
      fc.integer(),
      fc.boolean(),
      async (args, seed, later) => {
        const service = {
          take: (..._given: unknown[]): unknown => (later ? Promise.resolve() : undefined),
        };
        const rule = openCallRule({
          name: 'rule',
          sites: findCallSites('service', service).sites,
          selection: { injectionRate: 1 },
          effect: corruptEffect({ on: ['arguments'], operators: [] }),
          activeMs: 60_000,
          decide: decisions(seed),
          clock: new VirtualClock(),
          fired: () => (hits += 1),
          onOutcome: () => undefined,
        });
        const before = shape(args);
        await service.take(...args);
        expect(shape(args)).toEqual(before);
        rule.revert();
      },
    ),
    { numRuns: 3000 },
  );
  expect(hits).toBeGreaterThan(2500);
});

const examples: { readonly [O in CorruptionOperator]?: readonly [value: unknown, becomes: unknown] } = {
  'precision-loss': [2n ** 60n + 1n, 2 ** 60],
  sparse: [[1], [undefined]],
  'duplicate-id': [
    [
      { id: 1, x: 1 },
      { id: 2, x: 2 },
    ],
    [
      { id: 2, x: 1 },
      { id: 2, x: 2 },
    ],
  ],
  'unit-error': [5, 0.005],
  'swap-fields': [
    { a: 1, b: 2 },
    { a: 2, b: 1 },
  ],
  'rename-field': [{ a: 1 }, { A: 1 }],
  mojibake: ['é', 'Ã©'],
};

test.each(Object.entries(examples))('%s', (operator, [value, becomes]) => {
  const made = corruptValue(operator as CorruptionOperator, value, 0);
  expect(made?.value).toEqual(becomes);
});

test('precision loss is what a round trip through JSON makes of dates, undefined fields and NaN', () => {
  const lost = (value: unknown) => corruptValue('precision-loss', value, 0)?.value;
  for (const value of [
    new Date(5),
    new Date(Number.NaN),
    Number.NaN,
    Number.POSITIVE_INFINITY,
    { a: 1, b: undefined },
  ]) {
    const round: unknown = JSON.parse(JSON.stringify(value));
    expect(lost(value)).toStrictEqual(round);
  }
  expect(lost(0.1)).toBe(Math.fround(0.1));
  expect(corruptValue('precision-loss', 5, 0)).toBe(undefined);
});

test('every operator applies somewhere', () => {
  const places = ['results', 'arguments', 'messages', 'state'] as const;
  for (const operator of Object.keys(corruptionOperators) as CorruptionOperator[]) {
    expect(places.some((place) => operatorsOn(place, [operator]).length === 1)).toBe(true);
  }
  expect(operatorsOn('state', ['stale', 'negate'])).toEqual(['negate']);
});
