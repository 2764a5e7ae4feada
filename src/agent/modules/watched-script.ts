import { registryKey } from './registry-key.js';
import type { LoadedModule } from './loaded-module.js';
import type { ModuleRegistry } from './module-registry.js';
import type { OwnDebugger } from './own-debugger.js';
import type { ScopePlan } from './scope-plan.js';

/** Several may wait for the same script. */
let watches = 0;

type Planned = Extract<ScopePlan, { ok: true }>;

/**
 * Waits for a function of a loaded module to run, which hands the bindings that it sees to the registry. The functions
 * that are looked at cost some 50 µs a call until then, and nothing afterwards.
 */
export class WatchedScript implements Disposable {
  readonly #debugger: OwnDebugger;
  readonly #missing: Set<string>;
  readonly #places = new Map<string, readonly string[]>();
  readonly #stopReceiving: () => void;

  /**
   * @param wanted - names of bindings; what else is seen on the way is taken too
   * @param done - told when all that were wanted, and could be, have come
   */
  constructor(
    {
      debugger: own,
      registry,
      scriptId,
    }: { debugger: OwnDebugger; registry: ModuleRegistry; scriptId: string },
    {
      module,
      plan,
      wanted,
      done,
    }: { module: LoadedModule; plan: Planned; wanted: readonly string[]; done: () => void },
  ) {
    this.#debugger = own;
    const key = `script ${scriptId} ${(watches += 1)}`;
    this.#missing = new Set();
    for (const { line, column, names } of plan.places) {
      const sought = wanted.filter((name) => names.includes(name));
      if (sought.length === 0) continue;
      const code = names.map((name) => plan.bindings.get(name)?.code).join();
      const call = `globalThis[Symbol.for(${JSON.stringify(registryKey)})]?.(${JSON.stringify(key)},[${code}])`;
      const id = breakpointAt(own, { scriptId, line, column }, `(${call},false)`);
      if (id === null) continue;
      this.#places.set(id, names);
      for (const name of sought) this.#missing.add(name);
    }
    this.#stopReceiving = registry.receive(key, (bindings) => {
      if (this.#missing.size === 0) return;
      for (const [name] of bindings) this.#missing.delete(name);
      registry.extend(module, bindings);
      // The debugger is in the middle of a call now.
      queueMicrotask(() => {
        this.#forgetSeen();
        if (this.#missing.size === 0) done();
      });
    });
  }

  /** Places of its code that are looked at. */
  get places(): number {
    return this.#places.size;
  }

  /** Names that come with the next call of a function that sees them. */
  get missing(): ReadonlySet<string> {
    return this.#missing;
  }

  [Symbol.dispose](): void {
    this.#missing.clear();
    this.#forgetSeen();
    this.#stopReceiving();
  }

  #forgetSeen(): void {
    for (const [id, names] of this.#places) {
      if (names.some((name) => this.#missing.has(name))) continue;
      this.#places.delete(id);
      this.#debugger.forget(id);
    }
  }
}

/** Null where the engine has no code, or has an expression there already. */
function breakpointAt(
  own: OwnDebugger,
  at: { scriptId: string; line: number; column: number },
  expression: string,
): string | null {
  try {
    return own.evaluateAt(at, expression);
  } catch {
    return null;
  }
}
