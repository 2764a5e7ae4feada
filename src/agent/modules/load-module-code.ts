import { basename, dirname } from 'node:path';
import { OwnFiles } from '../own-files.js';
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
  return new OwnFiles(dirname(path)).load(basename(path)) as ModuleCode;
}
