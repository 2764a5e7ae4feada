import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { controlPathIn, logPathIn, portOfDialPath } from './proxy-directory.js';

/** Removes a proxy's directory: only what is known to be ours, so that a wrong path can cost nothing else. */
export function removeProxyDirectory(directory: string): void {
  try {
    rmSync(controlPathIn(directory), { force: true });
    rmSync(logPathIn(directory), { force: true });
    for (const name of readdirSync(directory))
      if (portOfDialPath(name) !== null) rmSync(join(directory, name), { force: true });
    rmdirSync(directory);
  } catch {
    // Removed already, or not empty: whoever started the proxy looks after it.
  }
}
