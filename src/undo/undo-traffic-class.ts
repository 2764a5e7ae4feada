import { ChaosError } from '../model/chaos-error.js';
import type { TrafficClassReceipt } from '../model/receipt.js';
import { findNetns } from './network-namespace.js';
import { runNft } from './nft.js';
import { routerLinks, runTc, trafficClassesOf } from './traffic-class.js';
import { undoNftTable } from './undo-nft-table.js';

/** What tc says of what is not there (any more). */
const gone = /No such file or directory|Cannot find device|Invalid handle|Specified class not found/;

/**
 * Removes the classes of an injection from both links of the router, the root of a link that has no class left, and last
 * the table whose rules put packets into them. The table is what says that a class is ours: without it, nothing is touched.
 * What waits in a class is lost with it, as on a link that goes down; TCP sends it again.
 *
 * @throws ChaosError UNDO_FAILED when something of it cannot be removed
 */
export async function undoTrafficClass(receipt: TrafficClassReceipt, signal: AbortSignal): Promise<void> {
  const { id, table, netns } = receipt;
  const file = findNetns(netns);
  if (file === null) return;
  const listed = await runNft(['list', 'table', 'inet', table], '', { netns: file, signal });
  if (listed.code === 0) {
    const run = async (args: readonly string[]) => {
      const { code, stdout, stderr } = await runTc(args, { netns: file, signal });
      if (code === 0 || gone.test(stderr)) return stdout;
      throw new ChaosError('UNDO_FAILED', `expected \`tc ${args.join(' ')}\` to work: ${stderr.trim()}`, {
        hint: "end the target's router: ip netns delete chaosx-<run>-router",
      });
    };
    for (const link of routerLinks) {
      for (const classId of Object.values(trafficClassesOf(id))) {
        await run(['class', 'delete', 'dev', link, 'classid', classId]);
      }
      const left = await run(['class', 'show', 'dev', link]);
      if (left.trim() === '') await run(['qdisc', 'delete', 'dev', link, 'root', 'handle', '1:']);
    }
  }
  // Checks the name, and that a table which is gone is gone.
  await undoNftTable({ ...receipt, kind: 'nft-table' }, signal);
}
