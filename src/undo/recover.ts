import { constants } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isChaosError } from '../model/chaos-error.js';
import type { ChaosErrorCode } from '../model/chaos-error.js';
import type { Receipt, ReceiptKind, ReceiptOf } from '../model/receipt.js';
import { bootId } from './boot-id.js';
import { readUndoJournal } from './read-undo-journal.js';
import { syncFolder } from './sync-folder.js';
import { withTimeLimit } from './with-time-limit.js';

/**
 * How each kind of receipt is undone from a fresh process: idempotent, needs nothing but the receipt, checks that
 * the thing is still ours, resolves once it is gone.
 */
export type Undoers = {
  readonly [K in ReceiptKind]: (receipt: ReceiptOf<K>, signal: AbortSignal) => Promise<void>;
};

/** A receipt that could not be undone. Plain JSON, as the whole report is. */
export interface UndoFailure {
  readonly receipt: Receipt;
  readonly error: { readonly code: ChaosErrorCode; readonly message: string; readonly hint: string | null };
}

/** What a recovery did. */
export interface RecoverReport {
  readonly path: string;
  readonly runId: string;
  /** In the order in which they were undone: the newest first. */
  readonly undone: readonly Receipt[];
  readonly failed: readonly UndoFailure[];
  /** Lines of the journal that were skipped, never acted on. */
  readonly problems: readonly string[];
  /**
   * `removed`: all is undone. `set-aside`: so is all that could be read, and the file was renamed to `<path>.skipped`
   * for a person to look at its other lines. `kept`: something failed, and a further recover tries again.
   */
  readonly journal: 'removed' | 'set-aside' | 'kept';
}

const limitMs = 5_000;

/** Undoes one receipt with the undoer of its kind, under a time limit of 5 s. */
export function undoReceipt(receipt: Receipt, undoers: Undoers, signal: AbortSignal): Promise<void> {
  return withTimeLimit(limitMs, signal, (limited) => {
    switch (receipt.kind) {
      case 'patch':
        return undoers.patch(receipt, limited);
      case 'toxic':
        return undoers.toxic(receipt, limited);
      case 'proxy':
        return undoers.proxy(receipt, limited);
      case 'front':
        return undoers.front(receipt, limited);
      case 'agent':
        return undoers.agent(receipt, limited);
      case 'attach':
        return undoers.attach(receipt, limited);
      case 'agent-directory':
        return undoers['agent-directory'](receipt, limited);
      case 'started-process':
        return undoers['started-process'](receipt, limited);
      case 'traffic-class':
        return undoers['traffic-class'](receipt, limited);
      case 'nft-table':
        return undoers['nft-table'](receipt, limited);
      case 'paused-processes':
        return undoers['paused-processes'](receipt, limited);
      case 'target-network':
        return undoers['target-network'](receipt, limited);
      case 'helper':
        return undoers.helper(receipt, limited);
      case 'cgroup':
        return undoers.cgroup(receipt, limited);
      case 'file-limits':
        return undoers['file-limits'](receipt, limited);
      case 'clock-directory':
        return undoers['clock-directory'](receipt, limited);
      case 'faked-clock':
        return undoers['faked-clock'](receipt, limited);
      case 'disk-file':
        return undoers['disk-file'](receipt, limited);
    }
  });
}

/**
 * Undoes all that a journal says is pending, newest first, each under its own time limit of 5 s, and goes on after
 * a failure. Receipts of another boot are done by definition, but for files on disks: nothing else survives one.
 * Does not ask whether the run still lives: `leftovers` does, and the watchdog knows. May run twice at once: undoers are idempotent and lines are only appended.
 *
 * @throws ChaosError STORAGE_FAILED or UNSAFE when the journal cannot be read
 */
export async function recover(path: string, undoers: Undoers, signal: AbortSignal): Promise<RecoverReport> {
  const { runId, pending, problems } = await readUndoJournal(path);
  const boot = await bootId();
  const undone: Receipt[] = [];
  const failed: UndoFailure[] = [];
  for (const receipt of pending.toReversed()) {
    try {
      if (receipt.bootId === boot || receipt.kind === 'disk-file')
        await undoReceipt(receipt, undoers, signal);
      undone.push(receipt);
    } catch (error) {
      failed.push({ receipt, error: asUndoError(error) });
    }
  }
  const journal = failed.length > 0 ? 'kept' : problems.length > 0 ? 'set-aside' : 'removed';
  if (journal === 'kept') await appendDone(path, undone);
  else await (journal === 'removed' ? unlink(path) : rename(path, `${path}.skipped`)).catch(ignoreMissing);
  await syncFolder(dirname(path));
  return { path, runId, undone, failed, problems, journal };
}

/** Appends instead of using the writer's room: two recoveries at once, or a writer that still lives, lose no line. */
async function appendDone(path: string, undone: readonly Receipt[]): Promise<void> {
  const { O_WRONLY, O_APPEND, O_NOFOLLOW } = constants;
  try {
    const file = await open(path, O_WRONLY | O_APPEND | O_NOFOLLOW);
    try {
      await file.write(undone.map(({ id }) => `\n${JSON.stringify({ type: 'done', id })}\n`).join(''));
      await file.datasync();
    } finally {
      await file.close();
    }
  } catch (error) {
    // Undone all the same: the next recovery undoes them once more, which changes nothing.
    ignoreMissing(error);
  }
}

function asUndoError(error: unknown): UndoFailure['error'] {
  if (!isChaosError(error)) return { code: 'UNDO_FAILED', message: String(error), hint: null };
  return { code: error.code, message: error.message, hint: error.hint ?? null };
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
