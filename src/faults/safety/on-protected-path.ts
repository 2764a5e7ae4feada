import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve, sep } from 'node:path';
import type { SafetyCheck } from './safety-check.js';
import { filledFolder } from './filled-folder.js';

/** With all that is below them. */
const system = ['/boot', '/etc', '/usr', '/bin', '/sbin', '/lib', '/lib64', '/proc', '/sys', '/dev'];
/** Folders of these are fine, they themselves hold what nobody wants to look for a file of ours among. */
const alone = () => ['/', '/home', '/var', '/dev/shm', homedir(), process.cwd()];
/** Below a folder of the system, and yet made to be written to. */
const exceptions = ['/dev/shm'];

/** A folder in which no file of ours is made. */
export const onProtectedPath: SafetyCheck = ({ scenario }, _target, { protectedPaths = [] }) => {
  const folder = filledFolder(scenario);
  if (folder === null) return null;
  const isBelow = (path: string) => folder === path || folder.startsWith(`${path}${sep}`);
  const asked = protectedPaths.map((path) => realOf(resolve(path)));
  const found =
    asked.find(isBelow) ??
    (exceptions.some((path) => folder.startsWith(`${path}${sep}`)) ? undefined : system.find(isBelow)) ??
    alone().find((path) => folder === realOf(path));
  if (found === undefined) return null;
  return `${folder} is protected (${found}), no file is made there: name a folder of the system under test, on the same file system`;
};

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
