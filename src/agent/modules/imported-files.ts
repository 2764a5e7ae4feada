import { posix } from 'node:path';

/** What a specifier without an ending may stand for. */
const endings = ['', '.js', '.cjs', '.mjs', '.ts', '.cts', '/index.js', '/index.cjs', '/index.ts'];

/**
 * The files below the root that a module may take into variables of its own, by `require` and `import()`, without a look
 * at the disk.
 *
 * @param file - of the module, from the root
 */
export function importedFiles(source: string, file: string): readonly string[] {
  const specifiers = source.matchAll(/\b(?:require|import)\s*\(\s*(['"])(\.{1,2}\/[^'"\n]*|\.{1,2})\1/g);
  return Array.from(specifiers, ([, , specifier = '']) => posix.join(posix.dirname(file), specifier))
    .filter((path) => !path.startsWith('..'))
    .flatMap((path) => endings.map((ending) => `${path}${ending}`));
}
