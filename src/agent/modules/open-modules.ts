import { pathToFileURL } from 'node:url';
import { isLoaderThread } from '../is-loader-thread.js';
import { hookModules } from './hook-modules.js';
import { loadModuleCode, type ModuleCode } from './load-module-code.js';
import type { CountedModules } from './module-changer.js';
import { ModuleRegistry } from './module-registry.js';

export interface OpenModulesOptions {
  /** The target's folder. */
  readonly root: string;
  /** Of functions or files below it (`module-pattern.ts`): modules that none of them may name are left alone. */
  readonly patterns: readonly string[];
  /** Files whose handlers of errors count, and who is told of them. Default: none. */
  readonly handlers?: Omit<CountedModules, 'load'>;
  /** Absolute path of the bundle of `module-code.ts`. */
  readonly codeFile: string;
}

/** The target's modules that this thread loads from now on. Disposing it leaves nothing but lines that do nothing. */
export interface OpenModules extends Disposable {
  readonly registry: ModuleRegistry;
}

export function openModules({ root, patterns, handlers, codeFile }: OpenModulesOptions): OpenModules {
  const registry = new ModuleRegistry();
  // The loader has no modules of the target's, and hooks in its own thread would end it.
  if (isLoaderThread()) return { registry, [Symbol.dispose]: () => registry[Symbol.dispose]() };
  let code: ModuleCode | null = null;
  const load = () => (code ??= loadModuleCode(codeFile));
  const hooks = hookModules({
    root,
    patterns,
    notes: registry,
    loadTrailer: () => load().withTrailer,
    ...(handlers && { handlers: { ...handlers, load: () => load().countedModule } }),
    hookThreadFile: pathToFileURL(codeFile),
  });
  return {
    registry,
    [Symbol.dispose]() {
      hooks[Symbol.dispose]();
      registry[Symbol.dispose]();
    },
  };
}
