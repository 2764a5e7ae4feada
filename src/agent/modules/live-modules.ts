import { createRequire } from 'node:module';
import type { Unpatchable } from '../../interpose/find-call-sites.js';
import { inSlices } from './in-slices.js';
import type { LoadedModule } from './loaded-module.js';
import { type LiveScript, liveScripts } from './live-scripts.js';
import { loadModuleCode, type ModuleCode } from './load-module-code.js';
import { mayHold } from './module-pattern.js';
import { ModuleWatch } from './module-watch.js';
import { ModuleRegistry } from './module-registry.js';
import { OwnDebugger } from './own-debugger.js';
import { plannedSites } from './planned-sites.js';
import { rootFolder } from './root-folder.js';
import type { ScopePlan } from './scope-plan.js';
import { unknownMethods } from './unknown-methods.js';

export interface LiveModulesOptions {
  /** The target's folder. */
  readonly root: string;
  /** Absolute path of the bundle of `module-code.ts`. */
  readonly codeFile: string;
}

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
  /** Those that ended too, for what they have found out. */
  readonly #watches = new Set<ModuleWatch>();
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
      await inSlices(liveScripts(own, this.#fileOf), (script) => {
        if (!mayHold('*', script.file)) return;
        const plan = this.#plan(own, script);
        for (const { name, reason, method } of plan.ok ? plannedSites(script.file, plan) : []) {
          if (reason === null && !method.endsWith(unknownMethods)) names.add(name);
        }
      });
    } finally {
      own[Symbol.dispose]();
    }
    return [...names];
  }

  /** Functions that cannot be patched: what is seen now, and what was watched for in vain. */
  unpatchable(): readonly Unpatchable[] {
    const watched = [...this.#watches].flatMap((watch) => watch.unpatchable);
    const byName = new Map(watched.map((one) => [one.name, one]));
    return [...this.registry.unpatchable(), ...byName.values()];
  }

  /**
   * Has functions that patterns name come into reach; `registry.onMore` tells when some do.
   *
   * @throws Error when this Node has no debugger, or is not allowed to use it
   */
  watch(patterns: readonly string[]): ModuleWatch {
    const watch = this.#open(patterns);
    watch.complete();
    return watch;
  }

  /** As `watch`, but looks at a few modules at a time; it is complete once it was told to be. */
  watchInTurns(patterns: readonly string[]): ModuleWatch {
    const watch = this.#open(patterns);
    // What fails is tried again, and told, by whom it is completed.
    watch.completeInTurns().catch(() => undefined);
    return watch;
  }

  /** Ends all waiting and takes the registry away. What was armed is to be put back before. */
  [Symbol.dispose](): void {
    for (const watch of this.#watches) watch.stop();
    this.registry[Symbol.dispose]();
  }

  #open(patterns: readonly string[]): ModuleWatch {
    this.#adopt(patterns);
    const isMeant = ({ file }: LiveScript) => patterns.some((pattern) => mayHold(pattern, file));
    const watch = new ModuleWatch(
      {
        registry: this.registry,
        scripts: (own) => liveScripts(own, this.#fileOf).filter(isMeant),
        plan: (own, script) => {
          const plan = this.#plans.get(script.scriptId) ?? this.#plan(own, script);
          this.#plans.set(script.scriptId, plan);
          return plan;
        },
        module: (script) => this.#module(script),
      },
      patterns,
    );
    this.#watches.add(watch);
    return watch;
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
