import { types } from 'node:util';
import type { CorruptionOperator } from '../../model/corruption-operator.js';

/** A choice, uniform in [0, 1). */
export type Draw = number;

/**
 * The value as the operator leaves it, as a new value: what it is made from stays as it is. Undefined when the operator
 * does not apply to it or would change nothing. Getters are not called.
 */
export function corruptValue(
  operator: CorruptionOperator,
  value: unknown,
  draw: Draw,
): { readonly value: unknown } | undefined {
  const corrupted = corrupt(operator, value, draw);
  return corrupted === unchanged || Object.is(corrupted, value) ? undefined : { value: corrupted };
}

const unchanged = Symbol('unchanged');

function corrupt(operator: CorruptionOperator, value: unknown, draw: Draw): unknown {
  if (operator === 'null') return isReplaceable(value) ? null : unchanged;
  if (operator === 'undefined') return isReplaceable(value) ? undefined : unchanged;
  switch (typeof value) {
    case 'number':
      return corruptNumber(operator, value, draw);
    case 'bigint':
      return corruptBigint(operator, value, draw);
    case 'string':
      return corruptText(operator, value, draw);
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

function corruptNumber(operator: CorruptionOperator, value: number, draw: Draw): unknown {
  const isLow = draw < 0.5;
  switch (operator) {
    case 'bit-flip':
      return flipNumber(value, draw);
    case 'off-by-one':
      return isLow ? value - 1 : value + 1;
    case 'negate':
      return -value;
    case 'nan':
      return Number.NaN;
    case 'infinity':
      return isLow ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    case 'boundary':
      return pick(boundaries, draw);
    case 'scale':
      return isLow ? value / 10 : value * 10;
    case 'unit-error':
      return isLow ? value / 1000 : value * 1000;
    case 'type-confusion':
      return String(value);
    default:
      return unchanged;
  }
}

const boundaries = [0, -1, 2 ** 31, 2 ** 53, Number.MIN_VALUE, Number.MAX_VALUE] as const;

/** Integers of 32 bits stay such; of others a bit of the mantissa is flipped, so that they stay finite. */
function flipNumber(value: number, draw: Draw): number | typeof unchanged {
  if (!Number.isFinite(value)) return unchanged;
  if ((value | 0) === value) return value ^ (1 << Math.floor(draw * 31));
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigUint64(0, view.getBigUint64(0) ^ (1n << BigInt(Math.floor(draw * 52))));
  return view.getFloat64(0);
}

function corruptBigint(operator: CorruptionOperator, value: bigint, draw: Draw): unknown {
  switch (operator) {
    case 'bit-flip':
      return value ^ (1n << BigInt(Math.floor(draw * 63)));
    case 'off-by-one':
      return draw < 0.5 ? value - 1n : value + 1n;
    case 'negate':
      return -value;
    default:
      return unchanged;
  }
}

function corruptBoolean(operator: CorruptionOperator, value: boolean): unknown {
  if (operator === 'toggle') return !value;
  return operator === 'type-confusion' ? String(value) : unchanged;
}

function corruptText(operator: CorruptionOperator, value: string, draw: Draw): unknown {
  const at = Math.floor(draw * value.length);
  switch (operator) {
    case 'bit-flip': {
      if (value === '') return unchanged;
      const flipped = String.fromCodePoint(value.charCodeAt(at) ^ (1 << Math.floor(draw * 7)));
      return value.slice(0, at) + flipped + value.slice(at + 1);
    }
    case 'type-confusion':
      return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : [value];
    case 'truncate':
      return value.slice(0, Math.floor(value.length / 2));
    case 'empty':
      return '';
    case 'insert-character':
      return value.slice(0, at) + pick(['\0', '\n', '\u200B', '\u202E', '\uFEFF'], draw) + value.slice(at);
    case 'flip-case':
      return value.replaceAll(/./gsu, otherCase);
    case 'mojibake':
      return Buffer.from(value, 'utf8').toString('latin1');
    default:
      return unchanged;
  }
}

function otherCase(letter: string): string {
  const upper = letter.toUpperCase();
  return upper === letter ? letter.toLowerCase() : upper;
}

function corruptObject(operator: CorruptionOperator, value: object, draw: Draw): unknown {
  if (types.isDate(value)) return corruptDate(operator, Date.prototype.getTime.call(value), draw);
  if (types.isUint8Array(value)) return corruptBytes(operator, value, draw);
  const list = elements(value);
  if (list !== null) return corruptList(operator, list, draw);
  return isPlainObject(value) ? corruptFields(operator, value, draw) : unchanged;
}

function corruptDate(operator: CorruptionOperator, atMs: number, draw: Draw): unknown {
  if (Number.isNaN(atMs)) return unchanged;
  switch (operator) {
    case 'date-shift':
      return new Date(atMs + pick([-86_400_000, -3_600_000, 3_600_000, 86_400_000], draw));
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

function corruptList(operator: CorruptionOperator, list: readonly unknown[], draw: Draw): unknown {
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
    case 'reverse':
      return list.length < 2 ? unchanged : list.toReversed();
    default:
      return unchanged;
  }
}

function corruptFields(operator: CorruptionOperator, value: object, draw: Draw): unknown {
  const fields = Object.entries(Object.getOwnPropertyDescriptors(value)).filter(
    ([name, { enumerable }]) => enumerable === true && name !== '__proto__',
  );
  const copyOf = (entries: typeof fields) =>
    Object.create(Reflect.getPrototypeOf(value), Object.fromEntries(entries)) as object;
  const chosen = fields[Math.floor(draw * fields.length)];
  if (chosen === undefined) return unchanged;
  const [name, descriptor] = chosen;
  switch (operator) {
    case 'drop-field':
      return copyOf(fields.filter((field) => field !== chosen));
    case 'rename-field': {
      const other = draw < 0.5 && otherCase(name) !== name ? otherCase(name) : `${name}_`;
      return copyOf(fields.map((field) => (field === chosen ? [other, descriptor] : field)));
    }
    case 'swap-fields': {
      const other = fields.find(
        ([, one]) =>
          'value' in descriptor &&
          'value' in one &&
          typeof one.value === typeof descriptor.value &&
          !Object.is(one.value, descriptor.value),
      );
      if (other === undefined) return unchanged;
      const swapped = new Map([
        [name, other[1]],
        [other[0], descriptor],
      ]);
      return copyOf(fields.map(([key, one]) => [key, swapped.get(key) ?? one]));
    }
    default:
      return unchanged;
  }
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Reflect.getPrototypeOf(value);
  return prototype === null || (prototype === Object.prototype && !Object.hasOwn(value, Symbol.toStringTag));
}

/** The elements of a list of data; null for what is no list, or one with holes or getters in it. */
function elements(value: object): readonly unknown[] | null {
  if (!Array.isArray(value) || Reflect.getPrototypeOf(value) !== Array.prototype || value.length > 5000)
    return null;
  const list: unknown[] = [];
  for (let i = 0; i < value.length; i += 1) {
    const descriptor = Reflect.getOwnPropertyDescriptor(value, i);
    if (descriptor === undefined || !('value' in descriptor)) return null;
    list.push(descriptor.value);
  }
  return list;
}

function pick<T>(choices: readonly T[], draw: Draw): T {
  return choices[Math.floor(draw * choices.length)] as T;
}
