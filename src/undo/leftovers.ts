import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isChaosError } from '../model/chaos-error.js';
import type { ProcessIdentity, Receipt } from '../model/receipt.js';
import { bootId } from './boot-id.js';
import { isAlive } from './process-identity.js';
import { isMissingJournal, readUndoJournal } from './read-undo-journal.js';
import { stateFolder } from './state-directory.js';
import type { StateOptions } from './state-directory.js';

/** A journal whose run is gone. */
export interface Leftover {
  readonly path: string;
  readonly runId: string;
  /** null when the journal's first line cannot be read. */
  readonly owner: ProcessIdentity | null;
  readonly pending: readonly Receipt[];
  readonly problems: readonly string[];
}

/**
 * The journals of runs that ended without cleaning up: their process is gone, or of another boot. One that may not be
 * trusted or read is among them, with the reason as its problem and nothing pending.
 *
 * @throws ChaosError UNSAFE or STORAGE_FAILED when the state directory may not be trusted or read
 */
export async function leftovers(options: StateOptions = {}): Promise<readonly Leftover[]> {
  const folder = await stateFolder('undo', options);
  const boot = await bootId();
  const found: Leftover[] = [];
  for (const name of (await readdir(folder)).sort()) {
    if (!name.endsWith('.jsonl')) continue;
    const path = join(folder, name);
    const runId = basename(name, '.jsonl');
    try {
      const { owner, bootId: itsBoot, pending, problems } = await readUndoJournal(path);
      // Without a first line and with nothing pending, a run is opening it just now, or died doing so.
      const isLeft = owner === null ? pending.length > 0 : itsBoot !== boot || !isAlive(owner);
      if (isLeft) found.push({ path, runId, owner, pending, problems });
    } catch (error) {
      if (isMissingJournal(error)) continue;
      if (!isChaosError(error)) throw error;
      found.push({ path, runId, owner: null, pending: [], problems: [error.message] });
    }
  }
  return found;
}
