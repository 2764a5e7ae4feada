import { types } from 'node:util';

/** How a function answers: with a value or anything else, a promise, or a generator. */
export type FunctionShape = 'plain' | 'async' | 'generator' | 'async-generator';

/** `return __awaiter(…)` as the whole body: an async function compiled for an older JavaScript. */
const compiledAsync = /^[^{;]*(?:=>\s*|\{\s*return\s+)(?:\w+\.)?__(?:awaiter|async)\(/;

/**
 * The shape of a function as far as it shows without calling it.
 * A plain function may still return promises: only calls tell (see `PatchedSite`).
 */
export function shapeOf(fn: object): FunctionShape {
  if (types.isGeneratorFunction(fn)) return types.isAsyncFunction(fn) ? 'async-generator' : 'generator';
  if (types.isAsyncFunction(fn)) return 'async';
  return compiledAsync.test(Function.prototype.toString.call(fn)) ? 'async' : 'plain';
}
