import { lstat, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { orphanedFrom } from './checkouts-owner.js';

/** Names of their folders begin so. */
export const checkoutsPrefix = 'chaosx-checkouts-';

/**
 * Removes checkouts, and what the repository knows of them. Idempotent; runs nothing.
 *
 * By hand and not by `git worktree prune`, which would also forget those of the user's that are on a disk that is away.
 */
export async function removeCheckouts(root: string, commonPath: string): Promise<void> {
  const known = join(commonPath, 'worktrees');
  for (const name of await readdir(known).catch(() => [])) {
    const gitdir = await readFile(join(known, name, 'gitdir'), 'utf8').catch(() => '');
    if (gitdir.startsWith(root + sep)) await rm(join(known, name), { recursive: true, force: true });
  }
  // As git does with the last one.
  await rmdir(known).catch(() => undefined);
  await rm(root, { recursive: true, force: true, maxRetries: 3 });
}

/** Removes checkouts of processes of this user that died before they could. */
export async function removeOrphans(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(checkoutsPrefix)) continue;
    const root = join(parent, name);
    const stats = await lstat(root).catch(() => null);
    // Anybody may put something of that name there.
    if (stats === null || !stats.isDirectory() || stats.uid !== process.geteuid?.()) continue;
    if ((stats.mode & 0o077) !== 0) continue;
    const commonPath = await orphanedFrom(root);
    if (commonPath !== null) await removeCheckouts(root, commonPath);
  }
}
