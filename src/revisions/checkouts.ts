import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';
import { writeOwner } from './checkouts-owner.js';
import { git } from './git.js';
import { checkoutsPrefix, removeCheckouts, removeOrphans } from './remove-checkouts.js';
import type { Repository, Revision } from './repository.js';

/** Working trees of their own, apart from the user's, which is never touched; gone with their scope. */
export interface Checkouts extends AsyncDisposable {
  /**
   * Checks a revision out.
   *
   * @param name - of its folder
   * @returns absolute
   * @throws ChaosError STORAGE_FAILED with what git said
   */
  add(name: string, revision: Revision): Promise<string>;
}

/**
 * Makes a place for checkouts in the directory for temporary files. Those of processes that died are removed first.
 *
 * @throws ChaosError STORAGE_FAILED when it cannot be made
 */
export async function openCheckouts(repository: Repository, signal: AbortSignal): Promise<Checkouts> {
  const parent = await realpath(tmpdir());
  await removeOrphans(parent);
  const root = await mkdtemp(join(parent, checkoutsPrefix));
  await writeOwner(root, repository.commonPath);
  return {
    add: async (name, { label, commit }) => {
      const path = join(root, name);
      // No branch, no ref: a HEAD and an index of its own.
      const added = await git(repository.path, ['worktree', 'add', '--detach', path, commit], signal);
      if (added.code === 0) return path;
      throw new ChaosError('STORAGE_FAILED', `expected to check ${label} out: ${added.stderr.trim()}`, {
        hint: `look at the space in ${parent}, or set TMPDIR`,
      });
    },
    [Symbol.asyncDispose]: () => removeCheckouts(root, repository.commonPath),
  };
}
