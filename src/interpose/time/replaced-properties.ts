import { type Callable, type Gate, type Intercept, wrapFunction } from '../wrap-function.js';

interface Replaced {
  readonly owner: object;
  readonly key: PropertyKey;
  readonly name: string;
  readonly original: PropertyDescriptor;
  readonly ours: PropertyDescriptor;
}

/** Properties of the platform that hold something of ours, until they are put back exactly as they were. */
export class ReplacedProperties {
  #replaced: Replaced[] = [];

  /** Replaces a value that is there; nothing happens where there is none. */
  value(owner: object, key: PropertyKey, name: string, make: (original: Callable) => unknown): void {
    const original = Reflect.getOwnPropertyDescriptor(owner, key);
    if (typeof original?.value !== 'function') return;
    this.#replace(owner, key, name, original, { ...original, value: make(original.value as Callable) });
  }

  /** Replaces a method by one that acts while the gate is closed, and passes every call on while it is open. */
  method(
    owner: object,
    key: PropertyKey,
    name: string,
    gate: Gate,
    act: (original: Callable) => Intercept,
  ): void {
    this.value(owner, key, name, (original) => wrapFunction(original, gate, act(original)));
  }

  /** The same, of a getter. */
  getter(
    owner: object,
    key: PropertyKey,
    name: string,
    gate: Gate,
    act: (original: Callable) => Intercept,
  ): void {
    const original = Reflect.getOwnPropertyDescriptor(owner, key);
    const get = original?.get as Callable | undefined;
    if (original === undefined || get === undefined) return;
    const ours = wrapFunction(get, gate, act(get));
    this.#replace(owner, key, name, original, { ...original, get: ours });
  }

  /**
   * Puts back what is still ours. May be called again.
   *
   * @returns the names of those that something else replaced meanwhile: these are left alone
   */
  restore(): readonly string[] {
    this.#replaced = this.#replaced
      .toReversed()
      .filter(({ owner, key, original, ours }) => {
        const now = Reflect.getOwnPropertyDescriptor(owner, key);
        if (now === undefined || isSame(now, original)) return false;
        return !(isSame(now, ours) && Reflect.defineProperty(owner, key, original));
      })
      .toReversed();
    return this.#replaced.map(({ name }) => name);
  }

  #replace(
    owner: object,
    key: PropertyKey,
    name: string,
    original: PropertyDescriptor,
    ours: PropertyDescriptor,
  ): void {
    if (!Reflect.defineProperty(owner, key, ours)) return;
    this.#replaced.push({ owner, key, name, original, ours });
  }
}

function isSame(a: PropertyDescriptor, b: PropertyDescriptor): boolean {
  return a.value === b.value && a.get === b.get;
}
