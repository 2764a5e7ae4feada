import { isChaosError } from '../../model/chaos-error.js';
import { undoers } from '../../targets/undoers.js';
import { leftovers } from '../../undo/leftovers.js';
import { isMissingJournal } from '../../undo/read-undo-journal.js';
import { recover } from '../../undo/recover.js';
import type { RecoverReport } from '../../undo/recover.js';
import type { StateOptions } from '../../undo/state-directory.js';

export interface RecoverOptions extends StateOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Undoes what runs of this user left behind whose process is gone, one report a run; empty when there is nothing.
 * Safe to run at any time: runs that live are not touched, and a second call at once finds the same or nothing. A
 * journal that may not be trusted is reported and kept, and never keeps the others from being undone.
 *
 * @throws ChaosError UNSAFE or STORAGE_FAILED when the state directory may not be trusted or read
 */
export async function recoverLeftovers(options: RecoverOptions = {}): Promise<readonly RecoverReport[]> {
  const signal = options.signal ?? new AbortController().signal;
  const reports: RecoverReport[] = [];
  for (const { path, runId } of await leftovers(options)) {
    try {
      reports.push(await recover(path, undoers, signal));
    } catch (error) {
      if (isMissingJournal(error)) continue;
      if (!isChaosError(error)) throw error;
      reports.push({ path, runId, undone: [], failed: [], problems: [error.message], journal: 'kept' });
    }
  }
  return reports;
}
