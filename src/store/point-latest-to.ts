import { rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Points an experiment's `latest` link to one of its runs. Best effort: a convenience for people, whose lack breaks
 * nothing. Renaming replaces the old link in one step.
 */
export async function pointLatestTo(path: string): Promise<void> {
  const fresh = join(dirname(path), `.latest-${basename(path)}`);
  try {
    await symlink(basename(path), fresh, 'dir');
    await rename(fresh, join(dirname(path), 'latest'));
  } catch {
    await rm(fresh, { force: true }).catch(() => undefined);
  }
}
