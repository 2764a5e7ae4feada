import { ChaosError } from '../model/chaos-error.js';
import type { ObjectsTarget } from '../model/target.js';

/**
 * Live objects of this process as a target, by the names that scenarios use for them.
 *
 * @param components - at least one; each an object, a class, or an object that holds functions
 * @throws ChaosError INVALID_INPUT naming the component that is none of these
 * @example
 * ```ts
 * const shop = inProcessTarget('shop', { database_layer: db, mailer });
 * ```
 */
export function inProcessTarget(name: string, components: Readonly<Record<string, object>>): ObjectsTarget {
  const entries = Object.entries(components);
  if (entries.length === 0) {
    throw new ChaosError('INVALID_INPUT', `expected at least one component of ${name}, got none`, {
      hint: "name what scenarios may break: inProcessTarget('shop', { database_layer: db })",
    });
  }
  for (const [component, value] of entries as readonly (readonly [string, unknown])[]) {
    if ((typeof value === 'object' && value !== null) || typeof value === 'function') continue;
    const got = value === null ? 'null' : typeof value;
    throw new ChaosError(
      'INVALID_INPUT',
      `expected component ${component} to be an object or class, got ${got}`,
      {
        hint: 'a single function is given inside an object that holds it, because faults act on properties',
      },
    );
  }
  return Object.freeze({ kind: 'objects', name, components: new Map(entries) });
}
