import { fileURLToPath } from 'node:url';
import type { ModuleChanger } from './module-changer.js';

/** What hooks of the loader answer for a module. */
export interface LoadResult {
  readonly format?: string | null;
  readonly source?: string | ArrayBuffer | NodeJS.TypedArray | null;
}

/** What a load hook answers for a module that is to be changed; null: what it got. */
export function changedResult<T extends LoadResult>(
  changer: ModuleChanger,
  url: string,
  result: T,
): T | null {
  const { format, source } = result;
  const isOurs = format === 'module' || format?.endsWith('-typescript') === true;
  if (!isOurs || source == null || !url.startsWith('file:')) return null;
  const changed = changer.change({
    path: fileURLToPath(url),
    format,
    source: () => (typeof source === 'string' ? source : new TextDecoder().decode(source)),
  });
  return changed === null ? null : { ...result, source: changed };
}
