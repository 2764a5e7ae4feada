import { connect as netConnect } from 'node:net';
import { exempt } from '../interpose/exempt.js';
import type { Address, NetworkRoute } from '../model/network.js';
import type { ProcessIdentity, ProxyReceipt } from '../model/receipt.js';
import { planProxyDirectory } from '../proxy/proxy-directory.js';
import { startProxy } from '../proxy/proxy-process.js';
import type { ProxyProcess } from '../proxy/proxy-process.js';
import { ownIdentity } from '../undo/process-identity.js';
import { undoProxy } from '../undo/undo-proxy.js';
import type { OpenContext } from './open-context.js';
import type { DependencyPlan } from './start-plan.js';

/** The proxy between a target and its dependencies. */
export interface OpenRoutes {
  readonly routes: ReadonlyMap<string, NetworkRoute>;
  /** What the target must be told: variables with the proxy's addresses in them. */
  readonly variables: Readonly<Record<string, string>>;
  /** null without dependencies: then there is no proxy. */
  readonly proxy: ProcessIdentity | null;
  /** Resolves when the proxy ends, whoever ended it; never without one. */
  readonly ended: Promise<void>;
  /** Ends the proxy; resolves once its process and directory are gone. */
  stop(signal: AbortSignal): Promise<void>;
}

/**
 * Puts one proxy process with one route a dependency in place, its receipt on disk first.
 *
 * @throws ChaosError PROXY_FAILED when it does not start or cannot listen; then nothing of it is left
 */
export async function openRoutes(
  dependencies: readonly DependencyPlan[],
  context: OpenContext,
): Promise<OpenRoutes> {
  const { runId, bootId, expiresAt, journal, signal } = context;
  if (dependencies.length === 0) {
    const ended = new Promise<void>(() => undefined);
    return { routes: new Map(), variables: {}, proxy: null, ended, stop: () => Promise.resolve() };
  }
  const directory = planProxyDirectory(runId);
  let receipt: ProxyReceipt = { kind: 'proxy', id: `${runId}-proxy`, runId, bootId, expiresAt, directory };
  await journal.record(receipt);
  let proxy: ProxyProcess | null = null;
  const stop = async (undoSignal: AbortSignal) => {
    await proxy?.[Symbol.asyncDispose]();
    // Makes sure, and removes what a proxy that had to be killed has left.
    await undoProxy(receipt, undoSignal);
    await journal.done(receipt.id);
  };
  try {
    proxy = await startProxy({ runId, directory, exitWith: await ownIdentity(), connect, signal });
    receipt = { ...receipt, process: proxy.identity };
    await journal.amend(receipt.id, { process: proxy.identity });
    const routes = new Map<string, NetworkRoute>();
    const variables: Record<string, string> = {};
    for (const dependency of dependencies) {
      const { component, upstream, listen } = dependency;
      const route = await proxy.openRoute({ component, upstream, ...(listen && { listen }) }, signal);
      routes.set(component, route);
      Object.assign(variables, dependency.variables(route.listen));
    }
    return { routes, variables, proxy: proxy.identity, ended: proxy.ended, stop };
  } catch (error) {
    await stop(AbortSignal.timeout(10_000));
    throw error;
  }
}

/** The checker's own connections pass by faults on this process. */
function connect({ host, port }: Address) {
  return exempt(() => netConnect({ host, port }));
}
