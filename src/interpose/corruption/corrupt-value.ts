import { types } from 'node:util';
import type { CorruptionOperator } from '../../model/corruption-operator.js';
import { corruptFields } from './corrupt-fields.js';
import { corruptList } from './corrupt-list.js';
import { corruptBigint, corruptNumber } from './corrupt-number.js';
import { corruptText } from './corrupt-text.js';
import { isSameData } from './is-same-data.js';
import { type Draw, pick } from './pick.js';
import { elements, isPlainObject } from './plain-data.js';
import { unchanged } from './unchanged.js';

/** What was seen before the value, for operators that put such a thing in its place. Default: nothing. */
export interface SeenBefore {
  /** Other values at the same place. */
  readonly neighbours?: readonly string[];
  /** Whole answers or messages. */
  readonly earlier?: readonly unknown[];
}

/**
 * The value as the operator leaves it, as a new value: what it is made from stays as it is. Undefined when the operator
 * does not apply to it or would change nothing. Getters are not called.
 */
export function corruptValue(
  operator: CorruptionOperator,
  value: unknown,
  draw: Draw,
  before: SeenBefore = {},
): { readonly value: unknown } | undefined {
  const corrupted = corrupt(operator, value, draw, before);
  return corrupted === unchanged || Object.is(corrupted, value) ? undefined : { value: corrupted };
}

function corrupt(
  operator: CorruptionOperator,
  value: unknown,
  draw: Draw,
  { neighbours = [], earlier = [] }: SeenBefore,
): unknown {
  if (operator === 'stale' || operator === 'replay') {
    const others = earlier.filter((one) => !isSameData(one, value));
    return others.length === 0 ? unchanged : pick(others, draw);
  }
  if (operator === 'null') return isReplaceable(value) ? null : unchanged;
  if (operator === 'undefined') return isReplaceable(value) ? undefined : unchanged;
  switch (typeof value) {
    case 'number':
      return corruptNumber(operator, value, draw);
    case 'bigint':
      return corruptBigint(operator, value, draw);
    case 'string':
      return corruptText(operator, value, draw, neighbours);
    case 'boolean':
      return corruptBoolean(operator, value);
    case 'object':
      return value === null || types.isProxy(value) ? unchanged : corruptObject(operator, value, draw);
    case 'undefined':
    case 'function':
    case 'symbol':
      return unchanged;
  }
}

/** What is data: an instance of a class is more than what its fields show, and is never replaced as a whole. */
function isReplaceable(value: unknown): boolean {
  if (typeof value !== 'object') return !['undefined', 'function', 'symbol'].includes(typeof value);
  if (value === null || types.isProxy(value)) return false;
  return isPlainObject(value) || elements(value) !== null || types.isDate(value) || types.isUint8Array(value);
}

function corruptBoolean(operator: CorruptionOperator, value: boolean): unknown {
  if (operator === 'toggle') return !value;
  return operator === 'type-confusion' ? String(value) : unchanged;
}

function corruptObject(operator: CorruptionOperator, value: object, draw: Draw): unknown {
  if (types.isDate(value)) return corruptDate(operator, Date.prototype.getTime.call(value), draw);
  if (types.isUint8Array(value)) return corruptBytes(operator, value, draw);
  const list = elements(value);
  if (list !== null) return corruptList(operator, list, draw);
  return isPlainObject(value) ? corruptFields(operator, value, draw) : unchanged;
}

function corruptDate(operator: CorruptionOperator, atMs: number, draw: Draw): unknown {
  if (Number.isNaN(atMs)) return operator === 'precision-loss' ? null : unchanged;
  switch (operator) {
    case 'date-shift':
      return new Date(atMs + pick([-86_400_000, -3_600_000, 3_600_000, 86_400_000], draw));
    case 'precision-loss':
      return new Date(atMs).toISOString();
    case 'invalid-date':
      return new Date(Number.NaN);
    default:
      return unchanged;
  }
}

function corruptBytes(operator: CorruptionOperator, value: Uint8Array, draw: Draw): unknown {
  if (value.length === 0) return unchanged;
  const copy = Buffer.isBuffer(value) ? Buffer.from(value) : new Uint8Array(value);
  switch (operator) {
    case 'bit-flip': {
      const at = Math.floor(draw * copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(((draw * copy.length) % 1) * 8));
      return copy;
    }
    case 'truncate':
      return copy.subarray(0, Math.floor(copy.length / 2));
    case 'empty':
      return copy.subarray(0, 0);
    default:
      return unchanged;
  }
}
