import type { SiteSource } from '../site-source.js';
import type { ModuleWatch } from './module-watch.js';
import { LiveModules, type LiveModulesOptions } from './live-modules.js';

/** The modules that a process has loaded before the agent came. Disposing it leaves nothing. */
export interface AttachedModules extends Disposable {
  readonly source: SiteSource;
}

export interface AttachedModulesOptions extends LiveModulesOptions {
  /** Of functions that are to come into reach; what CommonJS modules export is without being named. */
  readonly patterns: readonly string[];
}

/** @throws Error when patterns are given and this Node has no debugger, or is not allowed to use it */
export function attachedModules({ patterns, ...options }: AttachedModulesOptions): AttachedModules {
  const live = new LiveModules(options);
  const { registry } = live;
  // What runs before the first fault is in reach when it comes. From then on each fault looks out for itself.
  let early: ModuleWatch | null = null;
  try {
    if (patterns.length > 0) early = live.watchInTurns(patterns);
  } catch (error) {
    live[Symbol.dispose]();
    throw error;
  }
  return {
    source: {
      sites: () => registry.sites(),
      onMore: (told) => registry.onMore(told),
      state: () => registry.state(),
      unpatchable: () => live.unpatchable(),
      untouched: () => registry.untouched(),
      names: () => live.names(),
      lookOut: (named) => {
        const before = early;
        early = null;
        if (before !== null && !before.isOver && isSame(before.patterns, named)) {
          before.complete();
          return before;
        }
        before?.stop();
        return live.watch(named);
      },
    },
    [Symbol.dispose]: () => live[Symbol.dispose](),
  };
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((pattern) => b.includes(pattern));
}
