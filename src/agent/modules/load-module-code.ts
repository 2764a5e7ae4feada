import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import type * as moduleCode from './module-code.js';

/** What reads modules. */
export type ModuleCode = Pick<
  typeof moduleCode,
  'withTrailer' | 'countedModule' | 'HandlerCounter' | 'scopePlan'
>;

/**
 * Loads the bundle of `module-code.ts` without the module loader, so that the target sees no trace of it.
 *
 * @param path - absolute
 */
export function loadModuleCode(path: string): ModuleCode {
  const module = { exports: {} };
  const run = compileFunction(readFileSync(path, 'utf8'), ['module', 'exports', 'require'], {
    filename: path,
  });
  Reflect.apply(run, undefined, [module, module.exports, createRequire(path)]);
  return module.exports as ModuleCode;
}
