import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';
import { didYouMean } from '../model/did-you-mean.js';

const largestBytes = 1_000_000;

/**
 * The text of a file that a person wrote.
 *
 * @throws ChaosError INVALID_INPUT when it cannot be read
 */
export async function readText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) throw refused(path, 'got a folder', 'name the files in it');
    if (!facts.isFile()) throw refused(path, 'got something that is not a file');
    if (facts.size > largestBytes) throw refused(path, `got ${facts.size} bytes, more than ${largestBytes}`);
    bytes = await readFile(path);
  } catch (error) {
    throw await explained(path, error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refused(path, 'got bytes that are not UTF-8 text');
  }
}

function refused(path: string, got: string, hint?: string): ChaosError {
  const message = `${path}: expected an experiment file, ${got}`;
  return new ChaosError('INVALID_INPUT', message, hint === undefined ? {} : { hint });
}

async function explained(path: string, error: unknown): Promise<unknown> {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return refused(path, 'but there is no such file', await nearFile(path));
    case 'EACCES':
    case 'EPERM':
      return refused(path, 'but it may not be read', 'check its permissions');
    default:
      return error;
  }
}

async function nearFile(path: string): Promise<string> {
  const names = await readdir(dirname(path)).catch(() => []);
  const experiments = names.filter((name) => /\.ya?ml$/.test(name) && name !== basename(path));
  return didYouMean(basename(path), experiments) ?? `look in ${dirname(path)}`;
}
