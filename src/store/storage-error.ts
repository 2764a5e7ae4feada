import { ChaosError } from '../model/chaos-error.js';

const hints: Readonly<Record<string, string>> = {
  ENOSPC: 'free some space, or keep runs elsewhere with --results',
  EDQUOT: 'free some of your quota, or keep runs elsewhere with --results',
  EROFS: 'keep runs in a folder that can be written, with --results',
  EACCES: 'make the folder writable for you, or keep runs elsewhere with --results',
  EPERM: 'make the folder writable for you, or keep runs elsewhere with --results',
  ENOTDIR: 'a part of the path is a file: choose another folder with --results',
  EEXIST: 'something of that name is in the way: choose another folder with --results',
  ENOENT: 'check that the path exists and was not removed during the run',
  EMFILE: 'raise the limit of open files (ulimit -n)',
};

/**
 * A ChaosError STORAGE_FAILED that names the path and what to do.
 *
 * @param action - what was to be done, e.g. `write`
 */
export function storageError(action: string, path: string, cause: unknown): ChaosError {
  const code = (cause as Partial<NodeJS.ErrnoException> | null)?.code ?? '';
  const came = cause instanceof Error ? cause.message : String(cause);
  return new ChaosError('STORAGE_FAILED', `could not ${action} ${path}: ${came}`, {
    hint: hints[code] ?? 'check the disk and the path',
    cause,
  });
}
