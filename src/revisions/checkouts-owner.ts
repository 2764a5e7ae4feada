import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from '../model/receipt.js';
import { isAlive, ownIdentity } from '../undo/process-identity.js';

/** Written before the first checkout: enough to remove them all. */
const file = 'owner.json';

/** Says whose the checkouts in a folder are, and of which repository. */
export async function writeOwner(root: string, commonPath: string): Promise<void> {
  const { pid, startTime } = await ownIdentity();
  await writeFile(join(root, file), `${JSON.stringify({ pid, startTime, commonPath })}\n`, { flag: 'wx' });
}

/** The repository of checkouts whose process died; null when it lives, or nobody says so. */
export async function orphanedFrom(root: string): Promise<string | null> {
  try {
    const { pid, startTime, commonPath } = JSON.parse(await readFile(join(root, file), 'utf8')) as Partial<
      ProcessIdentity & { readonly commonPath: string }
    >;
    if (pid === undefined || startTime === undefined || commonPath === undefined) return null;
    return isAlive({ pid, startTime }) ? null : commonPath;
  } catch {
    return null;
  }
}
