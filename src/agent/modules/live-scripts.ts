import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OwnDebugger } from './own-debugger.js';

/** A module as the engine runs it. */
export interface LiveScript {
  /** From the root. */
  readonly file: string;
  readonly path: string;
  readonly scriptId: string;
  readonly isModule: boolean;
}

/** The modules of a folder that a thread has loaded. */
export function liveScripts(
  { scripts }: OwnDebugger,
  fileOf: (path: string) => string | null,
): readonly LiveScript[] {
  return scripts.flatMap(({ url, scriptId, isModule = false }) => {
    const path = url.startsWith('file:') ? fileURLToPath(url) : url;
    const file = isAbsolute(path) ? fileOf(path) : null;
    return file === null ? [] : [{ file, path, scriptId, isModule }];
  });
}
