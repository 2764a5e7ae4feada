import { types } from 'node:util';

/**
 * True for promises of any realm: under Jest, those that Node's own modules answer with are not of the realm of the tests.
 * Thenables, such as the queries of some database clients, are values: their other methods would be lost.
 */
export function isPromise(value: unknown): value is Promise<unknown> {
  // The second test leaves JavaScript: only for objects.
  return value instanceof Promise || (typeof value === 'object' && types.isPromise(value));
}
