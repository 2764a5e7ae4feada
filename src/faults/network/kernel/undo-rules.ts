import { ChaosError } from '../../../model/chaos-error.js';
import type { Receipt } from '../../../model/receipt.js';
import { undoNftTable } from '../../../undo/undo-nft-table.js';

/** Takes the rules of an injection away, from its receipt alone. */
export function undoRules(receipt: Receipt, signal: AbortSignal): Promise<void> {
  if (receipt.kind === 'nft-table') return undoNftTable(receipt, signal);
  throw new ChaosError('INTERNAL', `expected the receipt of a table, got ${receipt.kind}`);
}
