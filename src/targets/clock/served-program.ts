import { basename } from 'node:path';
import { readElfLoading } from './elf-loading.js';

/** Programs that start another one, whose name stands behind theirs. */
const launchers = new Set(
  'sh bash dash zsh env setpriv su sudo runuser gosu su-exec timeout nice ionice nohup stdbuf taskset chrt setsid tini dumb-init make docker podman'.split(
    ' ',
  ),
);

/**
 * The program that does the work of a started target: the first of those that its command names that is no launcher and no script.
 * null where that cannot be told.
 */
export function servedProgram(programs: readonly string[]): string | null {
  const found = programs.find((path) => !launchers.has(basename(path)) && readElfLoading(path) !== null);
  return found ?? null;
}

/** True for Node, by its name. */
export function isNodeProgram(path: string): boolean {
  return /^node(js)?\d*$/.test(basename(path));
}
