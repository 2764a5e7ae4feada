import { realpathSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';

/** Names files by where they lie below a folder, with `/`; null for what lies outside. */
export function rootFolder(root: string): (path: string) => string | null {
  const folder = realpathOf(root);
  return (path) => {
    const file = relative(folder, path);
    return file === '' || file.startsWith('..') || isAbsolute(file) ? null : file.replaceAll(sep, '/');
  };
}

/** Modules are known by their real paths. */
function realpathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
