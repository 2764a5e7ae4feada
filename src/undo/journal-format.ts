import type { ProcessIdentity, Receipt, ReceiptAmendment } from '../model/receipt.js';
import { isProcessIdentity, isReceipt, isRecord, receiptProblem } from './receipt-guard.js';

/** A line of an undo journal. The first is always `journal`. */
export type JournalLine =
  | {
      readonly type: 'journal';
      readonly formatVersion: typeof journalFormatVersion;
      readonly runId: string;
      readonly owner: ProcessIdentity;
      readonly bootId: string;
    }
  | { readonly type: 'record'; readonly receipt: Receipt }
  | { readonly type: 'amend'; readonly id: string; readonly facts: ReceiptAmendment }
  | { readonly type: 'done'; readonly id: string };

/** The version of the format; a line of another one is not read. */
export const journalFormatVersion = 1;

/** What an undo journal says now. */
export interface JournalState {
  readonly runId: string;
  /** The process that wrote it; null when its first line cannot be read. */
  readonly owner: ProcessIdentity | null;
  readonly bootId: string | null;
  /** Recorded and not done, oldest first. */
  readonly pending: readonly Receipt[];
  /** Lines that were skipped, by number and reason; never their text. */
  readonly problems: readonly string[];
}

/**
 * Reads the lines of a journal. Blank lines are room that was set aside; a torn last line was never promised
 * to anybody and is ignored; any other line that is not exactly ours is skipped and named.
 */
export function parseJournal(content: string, runId: string): JournalState {
  const pending = new Map<string, Receipt>();
  const seen = new Set<string>();
  const problems: string[] = [];
  let owner: ProcessIdentity | null = null;
  let bootId: string | null = null;

  const apply = (line: JournalLine): string | null => {
    switch (line.type) {
      case 'journal':
        if (owner !== null) return 'a second first line';
        ({ owner, bootId } = line);
        return null;
      case 'record':
        if (seen.has(line.receipt.id)) return 'a receipt that is there already';
        seen.add(line.receipt.id);
        pending.set(line.receipt.id, line.receipt);
        return null;
      case 'amend': {
        const receipt = pending.get(line.id);
        if (receipt === undefined) return seen.has(line.id) ? null : 'amends an unknown receipt';
        const amended = amendReceipt(receipt, line.facts);
        if (amended === null) return 'facts that do not fit the receipt';
        pending.set(line.id, amended);
        return null;
      }
      case 'done':
        if (!seen.has(line.id)) return 'ends an unknown receipt';
        pending.delete(line.id);
        return null;
    }
  };

  const lines = content
    .split('\n')
    .map((text, index) => ({ text, number: index + 1 }))
    .filter(({ text }) => text !== '');
  for (const { text, number } of lines) {
    const line = parseLine(text, runId);
    if (line === 'torn' && number === lines.at(-1)?.number) continue;
    const problem = line === 'torn' ? 'not JSON' : typeof line === 'string' ? line : apply(line);
    if (problem !== null) problems.push(`line ${number}: ${problem}`);
  }
  return { runId, owner, bootId, pending: [...pending.values()], problems };
}

/** The receipt with the facts added, or null when they do not fit its kind. */
export function amendReceipt(receipt: Receipt, facts: ReceiptAmendment): Receipt | null {
  const amended: unknown = { ...receipt, ...facts };
  return isReceipt(amended, receipt.runId) ? amended : null;
}

function parseLine(text: string, runId: string): JournalLine | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'torn';
  }
  if (!isRecord(value)) return 'not an object';
  switch (value['type']) {
    case 'journal':
      return isHeader(value, runId) ? value : 'not the first line of this run';
    case 'record':
      return receiptProblem(value['receipt'], runId) ?? (value as unknown as JournalLine);
    case 'amend':
      return isText(value['id']) && isAmendment(value['facts'])
        ? { type: 'amend', id: value['id'], facts: value['facts'] }
        : 'bad amendment';
    case 'done':
      return isText(value['id']) ? { type: 'done', id: value['id'] } : 'bad end';
    default:
      return 'unknown type';
  }
}

function isHeader(
  value: Readonly<Record<string, unknown>>,
  runId: string,
): value is JournalLine & { type: 'journal' } {
  return (
    value['formatVersion'] === journalFormatVersion &&
    value['runId'] === runId &&
    isText(value['bootId']) &&
    isProcessIdentity(value['owner'])
  );
}

const amendable: Readonly<Record<keyof ReceiptAmendment, true>> = {
  process: true,
  processes: true,
  toxicId: true,
  inode: true,
  limits: true,
  others: true,
};

function isAmendment(value: unknown): value is ReceiptAmendment {
  return isRecord(value) && Object.keys(value).every((name) => Object.hasOwn(amendable, name));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
