import { ChaosError } from '../model/chaos-error.js';
import { git } from './git.js';

export interface Repository {
  /** The top of its working tree, absolute, links resolved. */
  readonly path: string;
  /** Its `.git`, shared by all of its working trees. */
  readonly commonPath: string;
}

/** One commit. */
export interface Revision {
  /** As it was asked for. */
  readonly label: string;
  /** Full hashes. */
  readonly commit: string;
  readonly tree: string;
}

/**
 * The repository that a folder is in.
 *
 * @throws ChaosError INVALID_INPUT when it is in none
 */
export async function findRepository(folder: string, signal: AbortSignal): Promise<Repository> {
  const asked = ['rev-parse', '--path-format=absolute', '--show-toplevel', '--git-common-dir'];
  const { code, stdout, stderr } = await git(folder, asked, signal);
  const [path, commonPath] = stdout.trimEnd().split('\n');
  if (code === 0 && path !== undefined && commonPath !== undefined) return { path, commonPath };
  throw new ChaosError(
    'INVALID_INPUT',
    `expected ${folder} to be in a git repository: ${firstLine(stderr)}`,
    {
      hint: 'run it in the repository whose revisions are to be compared',
    },
  );
}

/**
 * The commit that a person means by a revision.
 *
 * @throws ChaosError INVALID_INPUT when there is none
 */
export async function findRevision(
  { path }: Repository,
  label: string,
  signal: AbortSignal,
): Promise<Revision> {
  // Nothing that begins with a dash can be taken for an option.
  const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options'];
  const commit = await git(path, [...asked, `${label}^{commit}`], signal);
  const tree = await git(path, [...asked, `${label}^{tree}`], signal);
  if (commit.code === 0 && tree.code === 0)
    return { label, commit: commit.stdout.trim(), tree: tree.stdout.trim() };
  throw new ChaosError(
    'INVALID_INPUT',
    `expected ${JSON.stringify(label)} to be a revision of ${path}, it is none`,
    {
      hint: 'give a branch, a tag or a commit; one of a remote must be fetched first (in CI: fetch-depth: 0)',
    },
  );
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
