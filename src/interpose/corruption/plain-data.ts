/** True for objects that are nothing but their fields. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Reflect.getPrototypeOf(value);
  return prototype === null || (prototype === Object.prototype && !Object.hasOwn(value, Symbol.toStringTag));
}

/** The elements of a list of data; null for what is no list, or one with holes or getters in it. */
export function elements(value: object): readonly unknown[] | null {
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

export type Field = readonly [name: string, descriptor: PropertyDescriptor];

/** The fields of a plain object that others see. */
export function fieldsOf(value: object): readonly Field[] {
  return Object.entries(Object.getOwnPropertyDescriptors(value)).filter(
    ([name, { enumerable }]) => enumerable === true && name !== '__proto__',
  );
}

/** An object of the same kind with these fields; accessors are handed on, not called. */
export function withFields(value: object, fields: readonly Field[]): object {
  return Object.create(Reflect.getPrototypeOf(value), Object.fromEntries(fields)) as object;
}
