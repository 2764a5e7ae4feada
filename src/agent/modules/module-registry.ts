import type { CallSite, Unpatchable } from '../../interpose/find-call-sites.js';
import type { ModuleState, SiteSource } from '../site-source.js';
import { type GivenBinding, LoadedModule } from './loaded-module.js';
import { type FunctionPlace, heldElsewhere } from './held-elsewhere.js';
import { moduleSites } from './module-sites.js';
import { moduleState } from './module-state.js';
import { registryKey } from './registry-key.js';

/** So many names of files are kept for messages. */
const fileLimit = 5_000;

/**
 * What this thread knows of the target's modules. While it is open, prepared modules find it as a property of
 * `globalThis` under a symbol, which nothing enumerates.
 */
export class ModuleRegistry implements SiteSource, Disposable {
  readonly #key = Symbol.for(registryKey);
  readonly #modules: LoadedModule[] = [];
  readonly #listeners = new Set<(more: readonly CallSite[]) => void>();
  /** Of the modules as they were looked at last. */
  #functions = new Map<unknown, FunctionPlace>();
  readonly #files = new Set<string>();
  readonly #untouched = new Map<string, string>();
  readonly #receivers = new Map<string, (bindings: readonly GivenBinding[]) => void>();
  /** Prepared, and not done with their top-level code. */
  readonly #pending = new Set<string>();

  constructor() {
    Object.defineProperty(globalThis, this.#key, { value: this.take, configurable: true });
  }

  /** Called by modules; never throws. */
  readonly take = (
    file: string,
    bindings: readonly GivenBinding[],
    exports: (() => unknown) | null = null,
  ): void => {
    try {
      const receiver = this.#receivers.get(file);
      if (receiver !== undefined) return receiver(bindings);
      this.#pending.delete(file);
      this.extend(this.module(file, exports), bindings);
    } catch {
      // The module goes on as it would without us.
    }
  };

  /** A module that is loaded, so far by what it exports. */
  module(file: string, exports: (() => unknown) | null): LoadedModule {
    const module = new LoadedModule(file, exports);
    this.#modules.push(module);
    return module;
  }

  /** Gives what comes under a key, which is no file, to somebody else; answers how to stop that. */
  receive(key: string, receiver: (bindings: readonly GivenBinding[]) => void): () => void {
    this.#receivers.set(key, receiver);
    return () => this.#receivers.delete(key);
  }

  /** More of a module's scope is in reach. */
  extend(module: LoadedModule, bindings: readonly GivenBinding[]): void {
    module.add(bindings);
    if (this.#listeners.size === 0) return;
    const more = this.#sitesBy(module);
    for (const told of this.#listeners) told(more);
  }

  sites(): readonly CallSite[] {
    const found = this.#modules.map((module) => this.#sitesIn(module));
    const functions = new Map(found.flatMap(({ functions: own }) => [...own]));
    this.#functions = functions;
    return [
      ...found.flatMap(({ sites }) => sites),
      ...this.#modules.flatMap((module) => heldElsewhere(module, functions)),
    ];
  }

  /** Those that a module has brought, without looking into the others: there may be thousands. */
  #sitesBy(module: LoadedModule): readonly CallSite[] {
    const { sites, functions } = this.#sitesIn(module);
    for (const [original, place] of functions) this.#functions.set(original, place);
    const others = this.#modules.filter((other) => other !== module);
    return [
      ...sites,
      ...heldElsewhere(module, this.#functions),
      ...others.flatMap((other) => heldElsewhere(other, functions)),
    ];
  }

  #sitesIn(module: LoadedModule): {
    readonly sites: readonly CallSite[];
    readonly functions: Map<unknown, FunctionPlace>;
  } {
    const { sites, functions } = moduleSites(module);
    const { file } = module;
    const places = Array.from(functions, ([original, method]) => [original, { file, method }] as const);
    return { sites, functions: new Map(places) };
  }

  state(): readonly ModuleState[] {
    return this.#modules.flatMap(moduleState);
  }

  onMore(told: (more: readonly CallSite[]) => void): () => void {
    this.#listeners.add(told);
    return () => {
      this.#listeners.delete(told);
      if (this.#listeners.size === 0) this.#functions.clear();
    };
  }

  /** Functions that were found and cannot be patched. */
  unpatchable(): readonly Unpatchable[] {
    return this.#modules.flatMap((module) => moduleSites(module).unpatchable);
  }

  /** The modules below the root that were loaded so far, prepared or not. */
  files(): readonly string[] {
    return [...this.#files];
  }

  /** Modules that were asked for and are out of reach, with the reason. */
  untouched(): ReadonlyMap<string, string> {
    const pending = Array.from(this.#pending, (file): [string, string] => [
      file,
      'its top-level code has not ended yet, or failed',
    ]);
    return new Map([...this.#untouched, ...pending]);
  }

  noteFile(file: string): void {
    if (this.#files.size < fileLimit) this.#files.add(file);
  }

  notePrepared(file: string): void {
    this.#pending.add(file);
  }

  noteUntouched(file: string, reason: string): void {
    this.#untouched.set(file, reason);
  }

  /** Takes the registry from `globalThis`. What was armed is to be put back before. */
  [Symbol.dispose](): void {
    this.#listeners.clear();
    if (Reflect.getOwnPropertyDescriptor(globalThis, this.#key)?.value === this.take) {
      Reflect.deleteProperty(globalThis, this.#key);
    }
  }
}
