import type { CallSite } from '../../interpose/find-call-sites.js';
import { originalOf } from '../../interpose/patched-site.js';
import type { LoadedModule } from './loaded-module.js';

/** Where a function comes from. */
export interface FunctionPlace {
  readonly file: string;
  readonly method: string;
}

/**
 * Functions of other modules that a module holds in variables of its own (`const { query } = require('./db')`): further
 * places of the names that they have where they come from.
 *
 * @param functions - those of all modules
 */
export function heldElsewhere(
  { bindings, scope }: LoadedModule,
  functions: ReadonlyMap<unknown, FunctionPlace>,
): readonly CallSite[] {
  return bindings.flatMap(([name, get, set, ofOther]) => {
    if (ofOther !== 1 || typeof set === 'string') return [];
    const known = functions.get(originalOf(valueOf(get)));
    if (known === undefined) return [];
    const { file, method } = known;
    return [{ name: `${file}#${method}`, component: file, method, holder: scope, key: name }];
  });
}

function valueOf(get: () => unknown): unknown {
  try {
    return get();
  } catch {
    return undefined;
  }
}
