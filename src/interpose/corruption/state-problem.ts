import { types } from 'node:util';
import type { CorruptionOperator } from '../../model/corruption-operator.js';
import { chooseCorruption } from './choose-corruption.js';
import { findSlots } from './find-slots.js';
import { SeenValues } from './seen-values.js';

/** Why nothing of an object's own data can be corrupted where it is; null when something can. Calls no getters. */
export function stateProblem(value: unknown, operators: readonly CorruptionOperator[]): string | null {
  if (typeof value === 'function') return 'it is a function or class: give the object that holds the data';
  if (typeof value !== 'object' || value === null) return 'it is no object';
  if (types.isProxy(value)) return 'it is a proxy: looking at it would run its traps';
  const slots = findSlots(value);
  const seen = new SeenValues();
  seen.note(slots);
  const places = slots.filter(({ place }) => place !== null);
  const isPossible = places.some(
    (slot) =>
      chooseCorruption(slot, operators, { operator: 0, value: 0 }, () => ({
        neighbours: seen.neighbours(slot),
      })) !== null,
  );
  if (isPossible) return null;
  if (Object.isFrozen(value) && Reflect.ownKeys(value).length > 0) {
    return 'it is frozen: none of its fields can be written';
  }
  if (!places.some(({ value: held }) => typeof held !== 'function')) {
    return 'it has no data that can be written: private fields, getters and methods are out of reach';
  }
  return `${operators.length === 1 ? 'the operator' : 'none of the operators'} ${operators.join(', ')} ${operators.length === 1 ? 'does not apply' : 'applies'} to anything in it`;
}
