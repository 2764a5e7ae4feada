import { ChaosError } from '../model/chaos-error.js';
import type { NftTableReceipt } from '../model/receipt.js';
import { findNetns } from './network-namespace.js';
import { nftTableOf, runNft } from './nft.js';

/**
 * Removes the table of an injection with all that is in it; does nothing when it is gone already, or its network
 * namespace is. No other table is ever touched: its name follows from the receipt's id.
 *
 * @throws ChaosError UNDO_FAILED when it cannot be removed
 */
export async function undoNftTable(receipt: NftTableReceipt, signal: AbortSignal): Promise<void> {
  const { id, table, netns } = receipt;
  if (table !== nftTableOf(id)) {
    throw new ChaosError(
      'UNDO_FAILED',
      `expected the table ${nftTableOf(id)} in receipt ${id}, got ${table}`,
      {
        hint: 'look at what it is; chaosx leaves it alone',
      },
    );
  }
  const file = findNetns(netns);
  if (file === null) return;
  const { code, stderr } = await runNft(['delete', 'table', 'inet', table], '', { netns: file, signal });
  if (code === 0 || /No such file or directory/.test(stderr)) return;
  throw new ChaosError('UNDO_FAILED', `expected nft to remove the table ${table}: ${stderr.trim()}`, {
    hint: `as root: nft delete table inet ${table}`,
  });
}
