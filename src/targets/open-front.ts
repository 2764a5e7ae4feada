import { connect as netConnect } from 'node:net';
import { exempt } from '../interpose/exempt.js';
import type { Address, NetworkRoute } from '../model/network.js';
import type { FrontReceipt } from '../model/receipt.js';
import type { FrontedTarget } from '../model/target.js';
import { planProxyDirectory } from '../proxy/proxy-directory.js';
import { type ProxyProcess, startProxy } from '../proxy/proxy-process.js';
import type { OpenContext } from './open-context.js';
import { retireFront } from './retire-front.js';

/** A port of chaosx in front of a target that it did not start. */
export interface OpenFront {
  readonly route: NetworkRoute;
  /** Resolves when the proxy ends, whoever ended it. */
  readonly ended: Promise<void>;
  /** Takes every toxic off and closes the port; connections that are open go on, and the proxy ends with the last. */
  stop(signal: AbortSignal): Promise<void>;
}

/**
 * Puts a proxy in front of an address, its receipt on disk first. It is a process with a lease of its own: when this one is
 * killed, it drops its toxics and passes bytes on until the connections that are open have ended.
 *
 * @throws ChaosError PROXY_FAILED when it does not start or cannot listen; then nothing of it is left
 */
export async function openFront(target: FrontedTarget, context: OpenContext): Promise<OpenFront> {
  const { runId, bootId, expiresAt, journal, signal } = context;
  const directory = planProxyDirectory(runId, 'front');
  let receipt: FrontReceipt = { kind: 'front', id: `${runId}-front`, runId, bootId, expiresAt, directory };
  await journal.record(receipt);
  let proxy: ProxyProcess | null = null;
  const stop = async (undoSignal: AbortSignal) => {
    await retireFront(receipt, undoSignal);
    await proxy?.letGo();
    await journal.done(receipt.id);
  };
  try {
    proxy = await startProxy({ runId, directory, exitWith: null, outlives: true, connect, signal });
    receipt = { ...receipt, process: proxy.identity };
    await journal.amend(receipt.id, { process: proxy.identity });
    const { name: component, address: upstream, listen } = target;
    const route = await proxy.openRoute({ component, upstream, listen }, signal);
    return { route, ended: proxy.ended, stop };
  } catch (error) {
    await stop(AbortSignal.timeout(10_000));
    throw error;
  }
}

/** The checker's own connections pass by faults on this process. */
function connect({ host, port }: Address) {
  return exempt(() => netConnect({ host, port }));
}
