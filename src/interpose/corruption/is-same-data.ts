import { findSlots } from './find-slots.js';

/** True when both hold the same at the same places, as far as `findSlots` looks. Calls no getters. */
export function isSameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [left, right] = [findSlots(a), findSlots(b)];
  return (
    left.length === right.length &&
    left.every(({ path, value }, i) => {
      const other = right[i];
      return (
        other?.path === path && (isObject(value) ? isObject(other.value) : Object.is(value, other.value))
      );
    })
  );
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
