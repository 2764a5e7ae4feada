import { constants } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';
import type { Receipt, ReceiptAmendment } from '../model/receipt.js';
import { bootId } from './boot-id.js';
import { amendReceipt, journalFormatVersion } from './journal-format.js';
import type { JournalLine } from './journal-format.js';
import { LineFile, storageError } from './line-file.js';
import { ownIdentity } from './process-identity.js';
import { receiptProblem } from './receipt-guard.js';
import { stateFolder } from './state-directory.js';
import type { StateOptions } from './state-directory.js';
import { syncFolder } from './sync-folder.js';

/** What a run must undo, on disk before it is done. One file a run. */
export interface UndoJournal extends AsyncDisposable {
  readonly path: string;
  readonly runId: string;
  /** Resolves once the receipt is on disk; only then may the act begin. */
  record(receipt: Receipt): Promise<void>;
  /** Adds what is known only after the act; resolves once it is on disk. */
  amend(id: string, facts: ReceiptAmendment): Promise<void>;
  /** It was undone. Idempotent; resolves once that is on disk. */
  done(id: string): Promise<void>;
  /** Recorded and not done, oldest first. */
  pending(): readonly Receipt[];
  /** Removes the file when asked to and nothing is pending; otherwise it stays for `recover`. Idempotent. */
  close(options: { readonly remove: boolean }): Promise<void>;
}

export interface UndoJournalOptions extends StateOptions {
  /** Names the file: letters, digits, `.`, `_` and `-`, at most 100. */
  readonly runId: string;
}

/** Kept free by records, so that on a full disk (which may be our doing) every end still finds room. */
const reservedBytes = 8 * 1024;

/**
 * Opens the undo journal of a new run.
 *
 * @throws ChaosError INVALID_INPUT for a run id that cannot name a file
 * @throws ChaosError STORAGE_FAILED when the file exists already or cannot be written; UNSAFE as `stateFolder`
 */
export async function openUndoJournal(options: UndoJournalOptions): Promise<UndoJournal> {
  const { runId } = options;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(runId)) {
    throw new ChaosError(
      'INVALID_INPUT',
      `expected a run id of letters, digits, ".", "_", "-", got ${runId}`,
    );
  }
  const path = join(await stateFolder('undo', options), `${runId}.jsonl`);
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const file = await open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600).catch((cause: unknown) => {
    throw storageError(path, cause);
  });
  try {
    const lines = await LineFile.start(file, path);
    const owner = await ownIdentity();
    const header: JournalLine = {
      type: 'journal',
      formatVersion: journalFormatVersion,
      runId,
      owner,
      bootId: await bootId(),
    };
    await lines.append(header, 0);
    await syncFolder(dirname(path));
    return journalOver(lines, path, runId);
  } catch (error) {
    await file.close();
    await unlink(path);
    throw error;
  }
}

function journalOver(lines: LineFile, path: string, runId: string): UndoJournal {
  /** As asked for, what is being written included; `pending` holds only what is on disk. */
  const latest = new Map<string, Receipt>();
  const pending = new Map<string, Receipt>();
  const ended = new Set<string>();
  let closing: Promise<void> | undefined;

  const known = (id: string): Receipt => {
    const receipt = latest.get(id);
    if (receipt !== undefined) return receipt;
    throw new ChaosError('INTERNAL', `expected a receipt of this journal, got id ${id}`);
  };
  const write = (line: JournalLine) => lines.append(line, line.type === 'record' ? reservedBytes : 0);

  const journal: UndoJournal = {
    path,
    runId,
    async record(receipt) {
      const { id } = receipt;
      const problem = latest.has(id) ? 'recorded before' : receiptProblem(receipt, runId);
      if (problem !== null) {
        throw new ChaosError('INTERNAL', `expected a valid new receipt, got ${id}: ${problem}`);
      }
      latest.set(id, receipt);
      await write({ type: 'record', receipt });
      pending.set(id, receipt);
    },
    async amend(id, facts) {
      const amended = amendReceipt(known(id), facts);
      if (amended === null) throw new ChaosError('INTERNAL', `expected facts that fit receipt ${id}`);
      if (ended.has(id)) return;
      latest.set(id, amended);
      await write({ type: 'amend', id, facts });
      if (pending.has(id)) pending.set(id, amended);
    },
    async done(id) {
      known(id);
      if (ended.has(id)) return;
      await write({ type: 'done', id });
      ended.add(id);
      pending.delete(id);
    },
    pending: () => [...pending.values()],
    close({ remove }) {
      closing ??= (async () => {
        await lines.close();
        if (!remove || pending.size > 0) return;
        await unlink(path).catch(ignoreMissing);
        await syncFolder(dirname(path));
      })();
      return closing;
    },
    [Symbol.asyncDispose]: () => journal.close({ remove: true }),
  };
  return journal;
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
