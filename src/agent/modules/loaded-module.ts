import { originalOf } from '../../interpose/patched-site.js';
import { type ScopeBinding, scopeObject } from '../../interpose/scope-object.js';
import { defaultName } from './default-name.js';

/** A binding as code inside a module gives it: a reason stands where it cannot be set. */
export type GivenBinding = readonly [
  name: string,
  get: () => unknown,
  set: ((value: unknown) => void) | string,
  /** What it holds is of another module, which does not know of it. */
  ofOther?: 1,
];

/** A module of the target's that is loaded, and what of its scope is in reach. */
export class LoadedModule {
  /** From the root, with `/`: `src/db.js`. */
  readonly file: string;
  /** Of CommonJS: what others `require`, now. */
  readonly exports: (() => unknown) | null;
  /** The bindings as an object whose properties can be patched. */
  readonly scope: object;
  readonly #given: GivenBinding[] = [];
  readonly #properties = new Map<string, ScopeBinding>();

  constructor(file: string, exports: (() => unknown) | null) {
    this.file = file;
    this.exports = exports;
    this.scope = scopeObject(this.#properties);
  }

  get bindings(): readonly GivenBinding[] {
    return this.#given;
  }

  has(name: string): boolean {
    return this.#properties.has(name);
  }

  /** Takes bindings, once each. */
  add(bindings: readonly GivenBinding[]): void {
    for (const binding of bindings) {
      const [name, get, set, ofOther] = binding;
      if (this.has(name)) continue;
      this.#given.push(binding);
      this.#properties.set(name, typeof set === 'string' ? { get } : { get, set });
      if (name === 'default') nameDefault(get);
      if (ofOther === 1 && typeof set !== 'string') holdOriginal(get, set);
    }
  }
}

/** A module that came during a fault took our function for the other module's: it would keep it. */
function holdOriginal(get: () => unknown, set: (value: unknown) => void): void {
  const value = get();
  const original = originalOf(value);
  if (original !== value) set(original);
}

/** A default export without a name is called `default`, whatever it had to be called in the text. */
function nameDefault(get: () => unknown): void {
  const value = get();
  if (typeof value !== 'function') return;
  const named = Reflect.getOwnPropertyDescriptor(value, 'name');
  if (named?.value === defaultName) Reflect.defineProperty(value, 'name', { ...named, value: 'default' });
}
