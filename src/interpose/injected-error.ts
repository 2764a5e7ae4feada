/** Not enumerable and shared by every loaded copy of this package. */
const brand = Symbol.for('chaosx.injected');

/** Marks an error as ours without changing what code under test sees of it; returns it. */
export function markInjected<E extends object>(error: E): E {
  Reflect.defineProperty(error, brand, { value: true });
  return error;
}

/**
 * True for an error that chaosx injected, so that a report can tell it from one that the system made itself.
 * Looks at the error alone, not at its `cause`.
 */
export function isInjected(error: unknown): boolean {
  return typeof error === 'object' && error !== null && Reflect.has(error, brand);
}
