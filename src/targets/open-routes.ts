import { connect as netConnect } from 'node:net';
import { exempt } from '../interpose/exempt.js';
import type { Address, NetworkRoute } from '../model/network.js';
import type { ProcessIdentity, ProxyReceipt } from '../model/receipt.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import { planProxyDirectory } from '../proxy/proxy-directory.js';
import { startProxy } from '../proxy/proxy-process.js';
import type { ProxyProcess } from '../proxy/proxy-process.js';
import { ownIdentity } from '../undo/process-identity.js';
import { undoProxy } from '../undo/undo-proxy.js';
import type { OpenContext } from './open-context.js';
import type { OpenNetwork } from './open-network.js';
import type { DependencyPlan } from './start-plan.js';

/** The proxy between a target and what it connects to. */
export interface OpenRoutes {
  readonly routes: ReadonlyMap<string, NetworkRoute>;
  /** Where all its outgoing connections pass; null unless that was asked for. */
  readonly outgoing: NetworkRoute | null;
  /** Where the target reaches each dependency: the proxy. */
  readonly places: ReadonlyMap<string, Address>;
  /** Where agents dial for the outgoing connections; null unless that was asked for. */
  readonly dialSocket: string | null;
  /** What the target must be told: variables with the proxy's addresses in them. */
  readonly variables: Readonly<Record<string, string>>;
  /** null without routes: then there is no proxy. */
  readonly proxy: ProcessIdentity | null;
  /** Resolves when the proxy ends, whoever ended it; never without one. */
  readonly ended: Promise<void>;
  /** Ends the proxy; resolves once its process and directory are gone. */
  stop(signal: AbortSignal): Promise<void>;
}

/** The network of its own that a target has. */
export interface NetworkAround extends Pick<OpenNetwork, 'hostIp' | 'targetIp'> {
  /** Ports of the target that the proxy opens at this machine's 127.0.0.1. */
  readonly publish: readonly number[];
}

/**
 * Puts one proxy process with one route a dependency in place, its receipt on disk first; where all outgoing connections
 * are to pass, also a route for these.
 *
 * @throws ChaosError PROXY_FAILED when it does not start or cannot listen; then nothing of it is left
 */
export async function openRoutes(
  dependencies: readonly DependencyPlan[],
  context: OpenContext,
  network: NetworkAround | null = null,
): Promise<OpenRoutes> {
  const { runId, bootId, expiresAt, journal, signal } = context;
  const redirectsOutgoing = context.agent?.redirectsOutgoing ?? false;
  const publish = network?.publish ?? [];
  if (dependencies.length === 0 && publish.length === 0 && !redirectsOutgoing) {
    const ended = new Promise<void>(() => undefined);
    const stop = () => Promise.resolve();
    const nothing = { outgoing: null, dialSocket: null, variables: {}, proxy: null };
    return { routes: new Map(), places: new Map(), ...nothing, ended, stop };
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
    const places = new Map<string, Address>();
    const variables: Record<string, string> = {};
    const anyPort = network === null ? null : { host: network.hostIp, port: 0 };
    for (const dependency of dependencies) {
      const { component, upstream } = dependency;
      const listen = dependency.listen ?? anyPort;
      const route = await proxy.openRoute({ component, upstream, ...(listen && { listen }) }, signal);
      routes.set(component, route);
      places.set(component, route.listen);
      Object.assign(variables, dependency.variables(route.listen));
    }
    for (const port of publish) {
      const upstream = { host: network?.targetIp ?? '', port };
      const listen = { host: '127.0.0.1', port };
      await proxy.openRoute({ component: `published port ${port}`, upstream, listen }, signal);
    }
    const outgoing = redirectsOutgoing
      ? await proxy.openOutgoingRoute({ component: 'outgoing connections' }, signal)
      : null;
    const dialSocket = outgoing === null ? null : await outgoing.openDialSocket(signal);
    const { identity, ended } = proxy;
    return { routes, places, outgoing, dialSocket, variables, proxy: identity, ended, stop };
  } catch (error) {
    await stop(timeoutSignal(10_000));
    throw error;
  }
}

/** The checker's own connections pass by faults on this process. */
function connect({ host, port }: Address) {
  return exempt(() => netConnect({ host, port }));
}
