import { types } from 'node:util';
import { isOfPlatform } from './is-of-platform.js';

/** A place that holds a value and can be given another. */
export interface Slot {
  /** From the value that was walked: `.items[0].price`; empty for itself. */
  readonly path: string;
  readonly value: unknown;
  /** Null for the value that was walked: nothing here holds it. */
  readonly place: SlotPlace | null;
}

/** A data property, or what a Map holds for a key. */
export type SlotPlace =
  | { readonly kind: 'property'; readonly holder: object; readonly key: PropertyKey }
  | { readonly kind: 'entry'; readonly holder: Map<unknown, unknown>; readonly key: unknown };

const maxNodes = 5000;
const neverTouched: ReadonlySet<PropertyKey> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The value itself and every place below it that can be written: own data properties and entries of Maps. Never calls
 * getters, goes into no functions, proxies and objects of the platform, looks at each object once and at no more than 5,000 places.
 */
export function findSlots(root: unknown): readonly Slot[] {
  const slots: Slot[] = [{ path: '', value: root, place: null }];
  const seen = new Set<object>();
  const waiting: { readonly value: unknown; readonly path: string }[] = [{ value: root, path: '' }];
  let looked = 0;
  const meet = (value: unknown, path: string, place: SlotPlace | null) => {
    looked += 1;
    if (place !== null) slots.push({ path, value, place });
    waiting.push({ value, path });
  };
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (looked >= maxNodes) break;
    const { value, path } = next;
    if (
      typeof value !== 'object' ||
      value === null ||
      types.isProxy(value) ||
      types.isModuleNamespaceObject(value) ||
      seen.has(value) ||
      isOfPlatform(value)
    )
      continue;
    seen.add(value);
    // The elements of bytes are no places of their own: they are changed as a whole.
    if (ArrayBuffer.isView(value)) continue;
    if (types.isMap(value)) {
      for (const [key, held] of Map.prototype.entries.call(value)) {
        if (looked >= maxNodes) break;
        meet(held, `${path}.get(${keyText(key)})`, { kind: 'entry', holder: value, key });
      }
    }
    if (types.isSet(value)) {
      for (const member of Set.prototype.values.call(value)) {
        if (looked >= maxNodes) break;
        meet(member, `${path}.member`, null);
      }
    }
    for (const key of Reflect.ownKeys(value)) {
      if (looked >= maxNodes) break;
      if (neverTouched.has(key) || (key === 'length' && Array.isArray(value))) continue;
      const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
      if (descriptor === undefined || !('value' in descriptor)) continue;
      const place = descriptor.writable === true ? ({ kind: 'property', holder: value, key } as const) : null;
      meet(descriptor.value, `${path}${stepText(value, key)}`, place);
    }
  }
  return slots;
}

function stepText(holder: object, key: string | symbol): string {
  return typeof key === 'symbol' || Array.isArray(holder) ? `[${String(key)}]` : `.${key}`;
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key.slice(0, 40));
  return typeof key === 'number' ? `${key}` : '…';
}
