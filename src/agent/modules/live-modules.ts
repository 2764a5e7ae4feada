import { createRequire } from 'node:module';
import type { Unpatchable } from '../../interpose/find-call-sites.js';
import { systemClock } from '../../model/system-clock.js';
import { nextTurn } from '../../interpose/next-turn.js';
import type { AwaitedSites } from '../site-source.js';
import type { LoadedModule } from './loaded-module.js';
import { type LiveScript, liveScripts } from './live-scripts.js';
import { loadModuleCode, type ModuleCode } from './load-module-code.js';
import { mayHold } from './module-pattern.js';
import { ModuleRegistry } from './module-registry.js';
import { OwnDebugger } from './own-debugger.js';
import { matchesPlanned, type PlannedSite, plannedSites } from './planned-sites.js';
import { rootFolder } from './root-folder.js';
import { type ScopePlan, unknownMethods } from './scope-plan.js';
import { WatchedScript } from './watched-script.js';

export interface LiveModulesOptions {
  /** The target's folder. */
  readonly root: string;
  /** Absolute path of the bundle of `module-code.ts`. */
  readonly codeFile: string;
}

/** Functions that patterns name and that are not in reach yet. */
export interface Watch extends AwaitedSites {
  /** Will never be. */
  readonly unpatchable: readonly Unpatchable[];
}

/** The program has its turn after so long. */
const sliceMs = 10;

/**
 * The modules that a process has loaded before chaosx came. What CommonJS modules export is in reach at once. Functions
 * that nobody exports, and those of ES modules, are once one of their module's functions has run: the debugger looks at
 * the scope from there, without a pause and without a port, and is gone afterwards.
 */
export class LiveModules implements Disposable {
  readonly registry = new ModuleRegistry();
  readonly #options: LiveModulesOptions;
  readonly #fileOf: (path: string) => string | null;
  readonly #modules = new Map<string, LoadedModule>();
  readonly #watches = new Set<Watch>();
  /** Functions that patterns named and that will never be in reach, by name. */
  readonly #unreachable = new Map<string, Unpatchable>();
  /** Of what was watched, by script: each fault watches anew. */
  readonly #plans = new Map<string, ScopePlan>();
  #code: ModuleCode | null = null;

  constructor(options: LiveModulesOptions) {
    this.#options = options;
    this.#fileOf = rootFolder(options.root);
    this.#adopt(['*']);
  }

  /**
   * All functions that can be hit or waited for, by name. Reads every module below the root, a few at a time; sets nothing up.
   *
   * @throws Error when this Node has no debugger, or is not allowed to use it
   */
  async names(): Promise<readonly string[]> {
    const names = new Set(this.registry.sites().map(({ name }) => name));
    const own = new OwnDebugger();
    try {
      let sliceEndsMs = systemClock.nowMs() + sliceMs;
      for (const script of liveScripts(own, this.#fileOf)) {
        if (!mayHold('*', script.file)) continue;
        const plan = this.#plan(own, script);
        for (const { name, reason, method } of plan.ok ? plannedSites(script.file, plan) : []) {
          if (reason === null && !method.endsWith(unknownMethods)) names.add(name);
        }
        if (systemClock.nowMs() < sliceEndsMs) continue;
        await nextTurn();
        sliceEndsMs = systemClock.nowMs() + sliceMs;
      }
    } finally {
      own[Symbol.dispose]();
    }
    return [...names];
  }

  /** Functions that cannot be patched: what is seen now, and what was watched for in vain. */
  unpatchable(): readonly Unpatchable[] {
    return [...this.registry.unpatchable(), ...this.#unreachable.values()];
  }

  /**
   * Has functions that patterns name come into reach; `registry.onMore` tells when some do.
   *
   * @throws Error when this Node has no debugger, or is not allowed to use it
   */
  watch(patterns: readonly string[]): Watch {
    this.#adopt(patterns);
    const own = new OwnDebugger();
    const scripts = new Map<WatchedScript, readonly PlannedSite[]>();
    const unpatchable: Unpatchable[] = [];
    let isOver = false;
    const watch: Watch = {
      waiting: () =>
        Array.from(scripts, ([{ missing }, sites]) =>
          sites.filter(({ binding }) => missing.has(binding)),
        ).flat(),
      unpatchable,
      stop: () => {
        if (isOver) return;
        isOver = true;
        for (const script of scripts.keys()) script[Symbol.dispose]();
        own[Symbol.dispose]();
        this.#watches.delete(watch);
      },
    };
    this.#watches.add(watch);
    for (const found of liveScripts(own, this.#fileOf)) {
      const { file, scriptId } = found;
      if (!patterns.some((pattern) => mayHold(pattern, file))) continue;
      const plan = this.#plans.get(scriptId) ?? this.#plan(own, found);
      this.#plans.set(scriptId, plan);
      if (!plan.ok) {
        this.registry.noteUntouched(file, plan.reason);
        continue;
      }
      const module = this.#module(found);
      const named = plannedSites(file, plan).filter((site) =>
        patterns.some((pattern) => matchesPlanned(pattern, site)),
      );
      for (const { name, method, reason } of named)
        if (reason !== null) unpatchable.push({ name, method, reason });
      for (const one of unpatchable) this.#unreachable.set(one.name, one);
      const sites = named.filter(({ binding, reason }) => reason === null && !module.has(binding));
      if (sites.length === 0) continue;
      const script = new WatchedScript(
        { debugger: own, registry: this.registry, scriptId },
        {
          module,
          plan,
          wanted: [...new Set(sites.map(({ binding }) => binding))],
          done: () => {
            scripts.delete(script);
            script[Symbol.dispose]();
            if (scripts.size === 0) watch.stop();
          },
        },
      );
      scripts.set(script, sites);
    }
    if (scripts.size === 0) watch.stop();
    return watch;
  }

  /** Ends all waiting and takes the registry away. What was armed is to be put back before. */
  [Symbol.dispose](): void {
    for (const watch of this.#watches) watch.stop();
    this.registry[Symbol.dispose]();
  }

  #plan(own: OwnDebugger, { scriptId, isModule }: LiveScript): ScopePlan {
    this.#code ??= loadModuleCode(this.#options.codeFile);
    return this.#code.scopePlan(own.sourceOf(scriptId), isModule ? 'module' : 'commonjs');
  }

  #module({ file, path, scriptId, isModule }: LiveScript): LoadedModule {
    // A module may have been loaded several times; CommonJS is known by what it exports.
    const key = isModule ? scriptId : path;
    const module = this.#modules.get(key) ?? this.registry.module(file, null);
    this.#modules.set(key, module);
    return module;
  }

  /** Takes what CommonJS modules export. */
  #adopt(patterns: readonly string[]): void {
    const { cache } = createRequire(this.#options.codeFile);
    for (const [path, cached] of Object.entries(cache)) {
      const file = this.#fileOf(path);
      if (file === null || cached === undefined || this.#modules.has(path)) continue;
      this.registry.noteFile(file);
      if (!patterns.some((pattern) => mayHold(pattern, file))) continue;
      this.#modules.set(
        path,
        this.registry.module(file, () => cached.exports as unknown),
      );
    }
  }
}
