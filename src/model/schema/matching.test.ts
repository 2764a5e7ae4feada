import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { matching } from './matching.js';

interface Part {
  readonly a?: string;
  readonly kind: 'x' | 'y';
  readonly list: readonly (readonly [number, number])[];
}

const fits = z.strictObject({
  a: z.string().exactOptional(),
  kind: z.enum(['x', 'y']),
  list: z.array(z.tuple([z.number(), z.number()])),
});

test('gives back a schema that gives exactly the type', () => {
  expect(matching<Part>()(fits)).toBe(fits);
});

test('does not compile for a schema that gives anything else', () => {
  const accept = matching<Part>();
  expectTypeOf(accept<typeof fits>)
    .parameter(0)
    .toEqualTypeOf<typeof fits>();
  const alsoUndefined = fits.extend({ a: z.string().optional() });
  expectTypeOf(accept<typeof alsoUndefined>)
    .parameter(0)
    .toBeNever();
  const withoutOptional = fits.omit({ a: true });
  expectTypeOf(accept<typeof withoutOptional>)
    .parameter(0)
    .toBeNever();
  const oneKeyMore = fits.extend({ b: z.string().optional() });
  expectTypeOf(accept<typeof oneKeyMore>)
    .parameter(0)
    .toBeNever();
  const widerEnum = fits.extend({ kind: z.enum(['x', 'y', 'z']) });
  expectTypeOf(accept<typeof widerEnum>)
    .parameter(0)
    .toBeNever();
  const otherTuple = fits.extend({ list: z.array(z.tuple([z.number(), z.string()])) });
  expectTypeOf(accept<typeof otherTuple>)
    .parameter(0)
    .toBeNever();
});
