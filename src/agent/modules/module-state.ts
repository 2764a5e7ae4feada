import type { ModuleState } from '../site-source.js';
import type { LoadedModule } from './loaded-module.js';

/** The objects that a module's own top-level names hold now, and its exports where it is CommonJS. */
export function moduleState({ file, bindings, exports }: LoadedModule): readonly ModuleState[] {
  const own = bindings.filter(([, , , ofOther]) => ofOther !== 1);
  const held = own.map(([name, get]) => [name, get] as const);
  return [...held, ...(exports === null ? [] : [['exports', exports] as const])].flatMap(([method, get]) => {
    const value = read(get);
    if (typeof value !== 'object' || value === null) return [];
    return [{ name: `${file}#${method}`, component: file, method, value }];
  });
}

function read(get: () => unknown): unknown {
  try {
    return get();
  } catch {
    // Its line has not run, or the engine let go of a name that nothing uses.
    return undefined;
  }
}
