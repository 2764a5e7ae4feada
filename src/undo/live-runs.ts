import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isChaosError } from '../model/chaos-error.js';
import { bootId } from './boot-id.js';
import { isAlive } from './process-identity.js';
import { readUndoJournal } from './read-undo-journal.js';
import { type StateOptions, stateFolder } from './state-directory.js';

/**
 * The ids of this user's runs whose process lives now, as far as their undo journals tell.
 *
 * @throws ChaosError UNSAFE or STORAGE_FAILED when the state directory may not be trusted or read
 */
export async function liveRuns(options: StateOptions = {}): Promise<ReadonlySet<string>> {
  const folder = await stateFolder('undo', options);
  const boot = await bootId();
  const live = new Set<string>();
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.jsonl')) continue;
    try {
      const { owner, bootId: itsBoot } = await readUndoJournal(join(folder, name));
      // Without a first line, a run is opening it just now, or died doing so.
      if (owner === null || (itsBoot === boot && isAlive(owner))) live.add(basename(name, '.jsonl'));
    } catch (error) {
      if (!isChaosError(error)) throw error;
    }
  }
  return live;
}
