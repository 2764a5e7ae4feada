import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, resolve } from 'node:path';
import { splitCommand } from '../model/split-command.js';
import type { StartSpec } from '../model/experiment.js';

/** Longer first lines are cut by the kernel, too. */
const shebangBytes = 256;

/**
 * The files of the programs that a start command names, links followed, in order; before a script come the programs that its first
 * line names. What cannot be found or read is left out.
 */
export function programsOfCommand({ start, shell, cwd, env }: StartSpec): readonly string[] {
  const path = env?.['PATH'] ?? process.env['PATH'] ?? '';
  const find = (word: string) => findProgram(word, cwd ?? '.', path);
  return wordsOf(start, shell === true).flatMap((word) => {
    const file = find(word);
    if (file === null) return [];
    return [...interpreterWords(file).flatMap((name) => find(name) ?? []), file];
  });
}

function wordsOf(start: StartSpec['start'], isForShell: boolean): readonly string[] {
  if (isForShell) return ['/bin/sh'];
  if (typeof start !== 'string') return start;
  try {
    return splitCommand(start);
  } catch {
    // The plan of the start says what is wrong with it.
    return [];
  }
}

function findProgram(word: string, cwd: string, path: string): string | null {
  if (word === '' || word.startsWith('-')) return null;
  const candidates = word.includes('/')
    ? [isAbsolute(word) ? word : resolve(cwd, word)]
    : path.split(delimiter).map((folder) => resolve(folder, word));
  for (const candidate of candidates) {
    try {
      accessSync(candidate, constants.X_OK);
      if (statSync(candidate).isFile()) return realpathSync(candidate);
    } catch {
      // Not there.
    }
  }
  return null;
}

/** What runs a script: `/usr/bin/env` and `node` of `#!/usr/bin/env node`. */
function interpreterWords(file: string): readonly string[] {
  try {
    const fd = openSync(file, 'r');
    try {
      const buffer = Buffer.alloc(shebangBytes);
      const text = buffer.toString('latin1', 0, readSync(fd, buffer, 0, shebangBytes, 0));
      const [first = ''] = text.split('\n');
      return first.startsWith('#!') ? first.slice(2).trim().split(/\s+/) : [];
    } finally {
      closeSync(fd);
    }
  } catch {
    return [];
  }
}
