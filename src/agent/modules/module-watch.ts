import type { Unpatchable } from '../../interpose/find-call-sites.js';
import type { AwaitedSites } from '../site-source.js';
import { inSlices } from './in-slices.js';
import type { LiveScript } from './live-scripts.js';
import type { LoadedModule } from './loaded-module.js';
import type { ModuleRegistry } from './module-registry.js';
import { OwnDebugger } from './own-debugger.js';
import { matchesPlanned, type PlannedSite, plannedSites } from './planned-sites.js';
import type { ScopePlan } from './scope-plan.js';
import { WatchedScript } from './watched-script.js';

/** The modules that a watch is on. */
export interface WatchableModules {
  readonly registry: ModuleRegistry;
  /** Those that patterns may mean. */
  scripts(own: OwnDebugger): readonly LiveScript[];
  plan(own: OwnDebugger, script: LiveScript): ScopePlan;
  module(script: LiveScript): LoadedModule;
}

/**
 * So many places of code are looked at in one watch at most: the engine takes the longer for each the more there are, and
 * the program stands still meanwhile (0.3 s for these, 4 s for 8,000).
 */
const mostPlaces = 2_000;

/** Has functions that patterns name come into reach once the program runs them. Ends by itself when all have come. */
export class ModuleWatch implements AwaitedSites {
  readonly patterns: readonly string[];
  /** Will never come into reach. */
  readonly unpatchable: Unpatchable[] = [];
  readonly #modules: WatchableModules;
  readonly #own: OwnDebugger;
  readonly #scripts = new Map<WatchedScript, readonly PlannedSite[]>();
  readonly #looked = new Set<string>();
  /** Scripts for which there was no room, and how many functions of each were meant. */
  readonly #leftOut = new Map<string, number>();
  #isComplete = false;
  #isOver = false;

  /** @throws Error when this Node has no debugger, or is not allowed to use it */
  constructor(modules: WatchableModules, patterns: readonly string[]) {
    this.patterns = patterns;
    this.#modules = modules;
    this.#own = new OwnDebugger();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  waiting(): readonly PlannedSite[] {
    return Array.from(this.#scripts, ([{ missing }, sites]) =>
      sites.filter(({ binding }) => missing.has(binding)),
    ).flat();
  }

  leftOut(): number {
    return [...this.#leftOut.values()].reduce((sum, functions) => sum + functions, 0);
  }

  /** Looks at all modules that it has not looked at yet. */
  complete(): void {
    if (this.#isOver) return;
    for (const script of this.#modules.scripts(this.#own)) this.#look(script);
    this.#isComplete = true;
    this.#endIfDone();
  }

  /** As `complete`, but lets the program run in between. */
  async completeInTurns(): Promise<void> {
    await inSlices(this.#modules.scripts(this.#own), (script) => this.#look(script));
    this.complete();
  }

  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const script of this.#scripts.keys()) script[Symbol.dispose]();
    this.#scripts.clear();
    this.#own[Symbol.dispose]();
  }

  #look(found: LiveScript): void {
    const { file, scriptId } = found;
    if (this.#isOver || this.#looked.has(scriptId)) return;
    this.#looked.add(scriptId);
    const { registry } = this.#modules;
    const plan = this.#modules.plan(this.#own, found);
    if (!plan.ok) {
      registry.noteUntouched(file, plan.reason);
      return;
    }
    const module = this.#modules.module(found);
    const named = plannedSites(file, plan).filter((site) =>
      this.patterns.some((pattern) => matchesPlanned(pattern, site)),
    );
    const known = new Set(this.unpatchable.map(({ name }) => name));
    for (const { name, method, reason } of named)
      if (reason !== null && !known.has(name)) this.unpatchable.push({ name, method, reason });
    const sites = named.filter(({ binding, reason }) => reason === null && !module.has(binding));
    const wanted = new Set(sites.map(({ binding }) => binding));
    this.#leftOut.delete(scriptId);
    if (sites.length === 0) return;
    const needed = plan.places.filter(({ names }) => names.some((name) => wanted.has(name))).length;
    const taken = [...this.#scripts.keys()].reduce((sum, { places }) => sum + places, 0);
    if (taken + needed > mostPlaces) {
      this.#leftOut.set(scriptId, sites.length);
      this.#looked.delete(scriptId);
      return;
    }
    const script: WatchedScript = new WatchedScript(
      { debugger: this.#own, registry, scriptId },
      {
        module,
        plan,
        wanted: [...wanted],
        done: () => {
          this.#scripts.delete(script);
          script[Symbol.dispose]();
          this.#endIfDone();
        },
      },
    );
    this.#scripts.set(script, sites);
  }

  #endIfDone(): void {
    if (this.#isComplete && this.#scripts.size + this.#leftOut.size === 0) this.stop();
  }
}
