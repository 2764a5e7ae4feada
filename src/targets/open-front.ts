import type { NetworkRoute } from '../model/network.js';
import type { FrontedTarget } from '../model/target.js';
import type { OpenContext } from './open-context.js';
import { openLastingProxy } from './open-lasting-proxy.js';

/** Ports of chaosx in front of a target that it did not start. */
export interface OpenFront {
  readonly routes: ReadonlyMap<string, NetworkRoute>;
  /** Resolves when the proxy ends, whoever ended it. */
  readonly ended: Promise<void>;
  /** Takes every toxic off and closes the ports; connections that are open go on, and the proxy ends with the last. */
  stop(signal: AbortSignal): Promise<void>;
}

/**
 * Puts one proxy in front of all addresses of a target, its receipt on disk first: see `openLastingProxy`.
 *
 * @throws ChaosError PROXY_FAILED when it does not start or cannot listen; then nothing of it is left
 */
export async function openFront(target: FrontedTarget, context: OpenContext): Promise<OpenFront> {
  const opened = await openLastingProxy(context, async (starting) => {
    const routes = new Map<string, NetworkRoute>();
    for (const { component, address: upstream, listen } of target.fronts) {
      routes.set(component, await starting.openRoute({ component, upstream, listen }, context.signal));
    }
    return routes;
  });
  return { routes: opened.routes, ended: opened.proxy.ended, stop: (signal) => opened.stop(signal) };
}
