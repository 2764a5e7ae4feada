import type { FaultContext } from '../../../model/fault.js';
import type { NftTableReceipt } from '../../../model/receipt.js';
import { nftTableOf } from '../../../undo/nft.js';

/** The receipt of the one table of an injection. */
export function rulesReceipt(netns: string, context: FaultContext): NftTableReceipt {
  const { injectionId: id, runId, bootId, expiresAt } = context;
  return { kind: 'nft-table', id, runId, bootId, expiresAt, table: nftTableOf(id), netns };
}
