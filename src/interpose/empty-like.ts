/**
 * An empty value of the same type: `''`, `0`, `false`, `[]`, a Map, Set, Buffer or typed array without entries, an
 * invalid Date, an object without properties of the same prototype. Null, undefined, functions and symbols become
 * null, null, undefined and undefined: nothing emptier can be made of them.
 */
export function emptyLike(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
      return '';
    case 'number':
      return 0;
    case 'bigint':
      return 0n;
    case 'boolean':
      return false;
    case 'object':
      return value === null ? null : emptyObjectLike(value);
    case 'undefined':
    case 'function':
    case 'symbol':
      return undefined;
  }
}

function emptyObjectLike(value: object): object {
  if (Array.isArray(value)) return [];
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  if (Buffer.isBuffer(value)) return Buffer.alloc(0);
  if (value instanceof Date) return new Date(Number.NaN);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return new (value.constructor as new (length: number) => object)(0);
  }
  return Object.create(Reflect.getPrototypeOf(value)) as object;
}
