import type { ReceiptLog } from '../faults/injection.js';
import type { Receipt } from '../model/receipt.js';
import { amendReceipt } from '../undo/journal-format.js';

/** A log of receipts that also knows those that are done: all that a run may have touched. */
export interface TouchedReceipts extends ReceiptLog {
  all(): readonly Receipt[];
}

/** @param changed - told after each change that is on disk */
export function touchedReceipts(log: ReceiptLog, changed: () => void): TouchedReceipts {
  const touched = new Map<string, Receipt>();
  return {
    all: () => [...touched.values()],
    async record(receipt) {
      touched.set(receipt.id, receipt);
      await log.record(receipt);
      changed();
    },
    async amend(id, facts) {
      const receipt = touched.get(id);
      const amended = receipt === undefined ? null : amendReceipt(receipt, facts);
      if (amended !== null) touched.set(id, amended);
      await log.amend(id, facts);
      changed();
    },
    async done(id) {
      await log.done(id);
      changed();
    },
  };
}
