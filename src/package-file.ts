import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * A file of this package as it is installed, whichever of its files asks: sources, compiled modules and bundles lie at
 * different depths.
 *
 * @param path - from the package's folder, e.g. `dist/watchdog.js`
 */
export function packageFile(path: string): URL {
  const own = createRequire(import.meta.url).resolve('@testagentx/chaos/package.json');
  return new URL(path, pathToFileURL(own));
}
