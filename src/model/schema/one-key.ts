import type { RuleBroken } from './rule.js';

/**
 * The `error` of a union of objects that are told apart by which of `keys` they have: says so when none or several are
 * there. With exactly one, the mistakes of that option tell more.
 */
export function exactlyOneKey(keys: readonly string[]) {
  return ({ input }: { readonly input?: unknown }): string | undefined => {
    if (typeof input !== 'object' || input === null) return `an object with one of ${keys.join(', ')}`;
    const given = keys.filter((key) => key in input);
    return given.length === 1 ? undefined : `exactly one of ${keys.join(', ')}`;
  };
}

/** The same for one object that has all the keys: exactly one of `keys` must be given. What is no object breaks other rules. */
export function oneKeyRule(value: unknown, keys: readonly string[]): RuleBroken | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const given = keys.filter((key) => key in value);
  if (given.length === 1) return undefined;
  return {
    message: `expected exactly one of ${keys.join(', ')}, got ${given.length === 0 ? 'none' : given.join(' and ')}`,
  };
}
