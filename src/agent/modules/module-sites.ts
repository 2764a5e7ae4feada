import { types } from 'node:util';
import {
  type CallSite,
  type ComponentSites,
  findCallSites,
  type Unpatchable,
} from '../../interpose/find-call-sites.js';
import { originalOf } from '../../interpose/patched-site.js';
import type { LoadedModule } from './loaded-module.js';

/** What of a module can be hit. */
export interface ModuleSites extends ComponentSites {
  /** The names (after the file) of its functions, those that cannot be patched where they are included. */
  readonly functions: ReadonlyMap<unknown, string>;
}

/**
 * The functions of a module that can be hit now: those that its top-level names hold, the methods of its classes and
 * objects and, of CommonJS, what it exports. A function that is found in two places under one name is two sites of one
 * name: callers outside of a CommonJS module reach it by its exports, callers inside by its binding.
 */
export function moduleSites({ file, bindings, scope, exports }: LoadedModule): ModuleSites {
  const found = new Found(file);
  if (exports !== null)
    addExports(
      found,
      read(exports, () => undefined),
    );
  for (const [name, get, set, ofOther] of bindings) {
    if (ofOther === 1) continue;
    const value = read(get, (reason) => found.refuse(name, reason));
    if (typeof value === 'function' && !isClass(value)) {
      if (typeof set === 'string') found.refuse(name, set, value);
      else found.add(name, scope, name, value);
    }
    found.addMethods(name, value);
  }
  return found;
}

function addExports(found: Found, exports: unknown): void {
  if (!hasMethods(exports)) return;
  if (typeof exports === 'function') {
    const name = exports.name === '' ? 'exports' : exports.name;
    if (isClass(exports)) return found.addMethods(name, exports);
    found.refuse(name, 'it is `module.exports` itself, which its importers hold', exports);
  }
  for (const { method, holder, key } of findCallSites('', exports).sites) {
    if (holder === exports) found.add(method, holder, key, Reflect.get(holder, key));
  }
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(exports))) {
    if (typeof value === 'object' || isClass(value)) found.addMethods(name, value);
  }
}

class Found implements ModuleSites {
  readonly functions = new Map<unknown, string>();
  readonly sites: CallSite[] = [];
  readonly unpatchable: Unpatchable[] = [];
  readonly #file: string;
  /** What each name stands for. */
  readonly #originals = new Map<string, unknown>();
  readonly #keys = new Map<object, Set<string | symbol>>();

  constructor(file: string) {
    this.#file = file;
  }

  add(method: string, holder: object, key: string | symbol, value: unknown): void {
    const keys = this.#keys.get(holder) ?? new Set();
    if (keys.has(key) || isClass(value)) return;
    this.#keys.set(holder, keys.add(key));
    const original = originalOf(value);
    const known = this.#originals.get(method);
    // Something else of the same name would be hit twice in one call, if one calls the other.
    const full = known === undefined || known === original ? method : `${method} (local)`;
    if (known === undefined) this.#originals.set(method, original);
    if (!this.functions.has(original)) this.functions.set(original, full);
    this.sites.push({ name: `${this.#file}#${full}`, component: this.#file, method: full, holder, key });
  }

  refuse(method: string, reason: string, value?: unknown): void {
    if (value !== undefined && !this.functions.has(originalOf(value)))
      this.functions.set(originalOf(value), method);
    this.unpatchable.push({ name: `${this.#file}#${method}`, method, reason });
  }

  addMethods(owner: string, value: unknown): void {
    if (!hasMethods(value)) return;
    const { sites, unpatchable } = findCallSites(owner, originalOf(value) as object);
    for (const { name, holder, key } of sites) {
      this.add(`${owner}#${name.slice(owner.length + 1)}`, holder, key, Reflect.get(holder, key));
    }
    for (const { name, reason } of unpatchable) {
      if (reason !== accessor) this.refuse(`${owner}#${name.slice(owner.length + 1)}`, reason);
    }
  }
}

/** Getters are no functions that anybody would look for. */
const accessor = 'it is a getter or setter';

function read(get: () => unknown, failed: (reason: string) => void): unknown {
  try {
    return get();
  } catch (error) {
    // Its line has not run, or the engine let go of a name that nothing uses.
    failed(`it cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** True for classes, functions, and objects that are made to be called: not for data and promises. */
function hasMethods(value: unknown): value is object {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  return !(
    Array.isArray(value) ||
    ArrayBuffer.isView(value) ||
    types.isPromise(value) ||
    types.isModuleNamespaceObject(value)
  );
}

function isClass(value: unknown): boolean {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(originalOf(value)));
}
