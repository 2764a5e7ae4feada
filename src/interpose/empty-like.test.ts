import { expect, test } from 'vitest';
import { emptyLike } from './empty-like.js';

class Order {
  readonly id = 7;
}

test.each<[unknown, unknown]>([
  ['text', ''],
  [42, 0],
  [42n, 0n],
  [true, false],
  [null, null],
  [undefined, undefined],
  [() => 1, undefined],
  [Symbol('s'), undefined],
  [[1, 2], []],
  [{ a: 1 }, {}],
  [new Map([[1, 2]]), new Map()],
  [new Set([1]), new Set()],
  [Buffer.from('abc'), Buffer.alloc(0)],
  [new Uint16Array([1]), new Uint16Array()],
  [new Date(0), new Date(Number.NaN)],
])('empty of %s', (value, expected) => {
  expect(emptyLike(value)).toStrictEqual(expected);
});

test('an object of a class keeps its class and loses its properties', () => {
  const empty = emptyLike(new Order());
  expect(empty).toBeInstanceOf(Order);
  expect(Reflect.ownKeys(empty as object)).toEqual([]);
});
