import { existsSync } from 'node:fs';
import { ChaosError } from '../model/chaos-error.js';
import type { TargetNetworkReceipt } from '../model/receipt.js';
import { systemClock } from '../model/system-clock.js';
import { runTool } from './run-tool.js';
import { targetNetworkNames } from './target-network-names.js';

const pollMs = 5;

/**
 * Removes the two namespaces of a target's network, and with the router the machine's interface to it, its address
 * and its route. Resolves once all are gone; does nothing when they are. What runs in them has receipts of its own.
 *
 * @throws ChaosError UNDO_FAILED when one of them cannot be removed, or the interface stays
 */
export async function undoTargetNetwork(receipt: TargetNetworkReceipt, signal: AbortSignal): Promise<void> {
  const { name, router, link } = targetNetworkNames(receipt.runId);
  if (receipt.name !== name || receipt.link !== link) {
    throw new ChaosError(
      'UNDO_FAILED',
      `expected the network ${name} (${link}) in receipt ${receipt.id}, got ${receipt.name} (${receipt.link})`,
      { hint: 'look at what it is; chaosx leaves it alone' },
    );
  }
  for (const netns of [name, router]) {
    if (!existsSync(`/run/netns/${netns}`)) continue;
    const { code, stderr } = await runTool('ip', ['netns', 'delete', netns], { signal });
    if (code === 0 || !existsSync(`/run/netns/${netns}`)) continue;
    throw new ChaosError('UNDO_FAILED', `expected ip to remove the namespace ${netns}: ${stderr.trim()}`, {
      hint: `as root: ip netns delete ${netns}`,
    });
  }
  // The kernel takes a namespace's interfaces away a little later.
  while (existsSync(`/sys/class/net/${link}`)) {
    try {
      await systemClock.sleep(pollMs, signal);
    } catch (cause) {
      throw new ChaosError(
        'UNDO_FAILED',
        `expected the interface ${link} to go with its namespace, it stays`,
        {
          hint: `as root: ip link delete ${link}`,
          cause,
        },
      );
    }
  }
}
