import { type ScopeBinding, scopeObject } from '../../interpose/scope-object.js';
import { defaultName } from './default-name.js';

/** A binding as the line at the end of a prepared module gives it: a reason stands where it cannot be set. */
export type GivenBinding = readonly [
  name: string,
  get: () => unknown,
  set: ((value: unknown) => void) | string,
];

/** A module of the target's whose scope is in reach. */
export interface LoadedModule {
  /** From the root, with `/`: `src/db.js`. */
  readonly file: string;
  readonly bindings: readonly GivenBinding[];
  /** The same as an object whose properties can be patched. */
  readonly scope: object;
  /** Of CommonJS: what others `require`, now. */
  readonly exports: (() => unknown) | null;
}

/** Takes what a prepared module gives. */
export function loadedModule(
  file: string,
  bindings: readonly GivenBinding[],
  exports: (() => unknown) | null,
): LoadedModule {
  const properties = new Map<string, ScopeBinding>();
  for (const [name, get, set] of bindings) {
    properties.set(name, typeof set === 'string' ? { get } : { get, set });
    if (name === 'default') nameDefault(get);
  }
  return { file, bindings, scope: scopeObject(properties), exports };
}

/** A default export without a name is called `default`, whatever it had to be called in the text. */
function nameDefault(get: () => unknown): void {
  const value = get();
  if (typeof value !== 'function') return;
  const named = Reflect.getOwnPropertyDescriptor(value, 'name');
  if (named?.value === defaultName) Reflect.defineProperty(value, 'name', { ...named, value: 'default' });
}
