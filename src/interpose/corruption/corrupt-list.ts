import { types } from 'node:util';
import type { CorruptionOperator } from '../../model/corruption-operator.js';
import type { Draw } from './pick.js';
import { type Field, fieldsOf, isPlainObject, withFields } from './plain-data.js';
import { unchanged } from './unchanged.js';

/** A list as the operator leaves it, or `unchanged`. */
export function corruptList(operator: CorruptionOperator, list: readonly unknown[], draw: Draw): unknown {
  if (list.length === 0) return unchanged;
  const at = Math.floor(draw * list.length);
  switch (operator) {
    case 'truncate':
      return list.slice(0, Math.floor(list.length / 2));
    case 'empty':
      return [];
    case 'type-confusion':
      return list[0];
    case 'duplicate-element':
      return list.toSpliced(at, 0, list[at]);
    case 'drop-element':
      return list.toSpliced(at, 1);
    case 'swap-elements': {
      if (list.length < 2) return unchanged;
      const first = Math.floor(draw * (list.length - 1));
      return Object.is(list[first], list[first + 1])
        ? unchanged
        : list.toSpliced(first, 2, list[first + 1], list[first]);
    }
    case 'sparse': {
      const copy = [...list];
      Reflect.deleteProperty(copy, at);
      return copy;
    }
    case 'duplicate-id':
      return withTwin(list, at);
    case 'reverse':
      return list.length < 2 ? unchanged : list.toReversed();
    default:
      return unchanged;
  }
}

const idName = /^_?(id|uuid|guid|key|sku)$|Id$|_id$/;

/** The list with the id of the element before in the one at `at`. */
function withTwin(list: readonly unknown[], at: number): readonly unknown[] | typeof unchanged {
  const [element, neighbour] = [list[at], list[at === 0 ? 1 : at - 1]];
  if (!isRecord(element) || !isRecord(neighbour)) return unchanged;
  const fields = fieldsOf(element);
  const id = fields.find(([name, { value }]) => idName.test(name) && isIdentifier(value));
  if (id === undefined) return unchanged;
  const other = Reflect.getOwnPropertyDescriptor(neighbour, id[0])?.value as unknown;
  if (!isIdentifier(other) || other === id[1].value) return unchanged;
  const twin = fields.map((field): Field => (field === id ? [id[0], { ...id[1], value: other }] : field));
  return list.toSpliced(at, 1, withFields(element, twin));
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !types.isProxy(value) && isPlainObject(value);
}

function isIdentifier(value: unknown): boolean {
  return ['string', 'number', 'bigint'].includes(typeof value);
}
