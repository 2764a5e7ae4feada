import { connect as netConnect } from 'node:net';
import { exempt } from '../interpose/exempt.js';
import type { Address } from '../model/network.js';
import type { FrontReceipt } from '../model/receipt.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import { planProxyDirectory } from '../proxy/proxy-directory.js';
import { type ProxyProcess, startProxy } from '../proxy/proxy-process.js';
import type { OpenContext } from './open-context.js';
import { retireFront } from './retire-front.js';

/** A proxy through which connections go that are not ours to cut. */
export interface LastingProxy {
  readonly proxy: ProxyProcess;
  /** Takes every toxic off and lets nobody in; connections that are open go on, and the proxy ends with the last. */
  stop(signal: AbortSignal): Promise<void>;
}

/**
 * Starts a proxy and opens its routes, its receipt on disk first. It is a process with a lease of its own: when this one is
 * killed, it drops its toxics and passes bytes on until the connections that are open have ended.
 *
 * @throws ChaosError PROXY_FAILED when it does not start or a route cannot be opened; then nothing of it is left
 */
export async function openLastingProxy<Routes>(
  { runId, bootId, expiresAt, journal, signal }: OpenContext,
  openRoutes: (proxy: ProxyProcess) => Promise<Routes>,
): Promise<LastingProxy & { readonly routes: Routes }> {
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
    return { proxy, routes: await openRoutes(proxy), stop };
  } catch (error) {
    await stop(timeoutSignal(10_000));
    throw error;
  }
}

/** The checker's own connections pass by faults on this process. */
function connect({ host, port }: Address) {
  return exempt(() => netConnect({ host, port }));
}
