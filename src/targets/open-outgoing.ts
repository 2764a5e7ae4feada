import type { NetworkRoute } from '../model/network.js';
import type { ProxyReceipt } from '../model/receipt.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import { planProxyDirectory } from '../proxy/proxy-directory.js';
import { undoProxy } from '../undo/undo-proxy.js';
import type { OpenContext } from './open-context.js';
import { type StartedOutgoing, startOutgoing } from './start-outgoing.js';

/** This process's outgoing connections while they go through a proxy. */
export interface OpenOutgoing {
  readonly route: NetworkRoute;
  /** Resolves when the proxy ends, whoever ended it. */
  readonly ended: Promise<void>;
  /** Connects directly again; resolves once the proxy's process and directory are gone. */
  stop(signal: AbortSignal): Promise<void>;
}

/**
 * Sends the connections that this process opens from now on through a proxy, its receipt on disk first. Done before
 * the baseline, so that connections which are kept alive from then on meet the faults that follow.
 *
 * @throws ChaosError PROXY_FAILED when the proxy does not start; then nothing of it is left
 */
export async function openOutgoing(context: OpenContext): Promise<OpenOutgoing> {
  const { runId, bootId, expiresAt, journal, signal } = context;
  const directory = planProxyDirectory(runId);
  let receipt: ProxyReceipt = { kind: 'proxy', id: `${runId}-proxy`, runId, bootId, expiresAt, directory };
  await journal.record(receipt);
  let outgoing: StartedOutgoing | null = null;
  const stop = async (undoSignal: AbortSignal) => {
    // Whether the platform's own function is back is for the clean-exit check to see.
    await outgoing?.close(undoSignal);
    await undoProxy(receipt, undoSignal);
    await journal.done(receipt.id);
  };
  try {
    const onStarted = async (process: ProxyReceipt['process'] & object) => {
      receipt = { ...receipt, process };
      await journal.amend(receipt.id, { process });
    };
    outgoing = await startOutgoing({ runId, directory, onStarted, signal });
    outgoing.redirect();
    return { route: outgoing.route, ended: outgoing.ended, stop };
  } catch (error) {
    await stop(timeoutSignal(10_000));
    throw error;
  }
}
