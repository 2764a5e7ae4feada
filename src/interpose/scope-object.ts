/** How a binding of a scope is read and, when it can be, set. */
export interface ScopeBinding {
  get(): unknown;
  /** Missing: nothing else can be put there. */
  readonly set?: (value: unknown) => void;
}

/**
 * The bindings of a module's scope as the properties of an object, so that what patches methods of objects patches a
 * module's functions too, with the same guarantees. A binding that is not initialised yet is no property.
 */
export function scopeObject(bindings: ReadonlyMap<PropertyKey, ScopeBinding>): object {
  return new Proxy(Object.create(null) as object, {
    ownKeys: () => [...bindings.keys()].filter((key) => typeof key !== 'number'),
    getOwnPropertyDescriptor(_target, key) {
      const binding = bindings.get(key);
      if (binding === undefined) return undefined;
      try {
        const writable = binding.set !== undefined;
        // A proxy may not call anything fixed that its target does not have.
        return { value: binding.get(), writable, enumerable: true, configurable: true };
      } catch {
        return undefined;
      }
    },
    defineProperty: (_target, key, { value }) => set(bindings.get(key), value),
    deleteProperty: () => false,
    preventExtensions: () => false,
  });
}

function set(binding: ScopeBinding | undefined, value: unknown): boolean {
  if (binding?.set === undefined) return false;
  try {
    binding.set(value);
    return true;
  } catch {
    return false;
  }
}
