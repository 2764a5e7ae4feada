import type { z } from 'zod';

type Leaf = string | number | boolean | bigint | symbol | null | undefined | ((...args: never[]) => unknown);
type Constructor = abstract new (...args: never[]) => unknown;

/** A type without `readonly`, which validation neither gives nor takes away. */
type Mutable<T> = unknown extends T
  ? T
  : T extends Leaf | Constructor
    ? T
    : { -readonly [K in keyof T]: Mutable<T[K]> };

// Assignability would let optional keys slip through; these functions are assignable only when the types are the same.
type Same<A, B> =
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  (<G>() => G extends Mutable<A> ? 1 : 2) extends <G>() => G extends Mutable<B> ? 1 : 2 ? true : false;

/**
 * Proves while compiling that a schema gives exactly a type of the model, no key and no `undefined` more or less:
 * types and schemas are both written out, and cannot drift apart.
 */
export function matching<T>() {
  return <S extends z.ZodType>(schema: Same<z.output<S>, T> extends true ? S : never): S => schema;
}
