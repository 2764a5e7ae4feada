import type { NetworkRoute } from '../model/network.js';
import type { FrontedTarget } from '../model/target.js';
import type { OpenContext } from './open-context.js';
import { openLastingProxy } from './open-lasting-proxy.js';

/** A port of chaosx in front of a target that it did not start. */
export interface OpenFront {
  readonly route: NetworkRoute;
  /** Resolves when the proxy ends, whoever ended it. */
  readonly ended: Promise<void>;
  /** Takes every toxic off and closes the port; connections that are open go on, and the proxy ends with the last. */
  stop(signal: AbortSignal): Promise<void>;
}

/**
 * Puts a proxy in front of an address, its receipt on disk first: see `openLastingProxy`.
 *
 * @throws ChaosError PROXY_FAILED when it does not start or cannot listen; then nothing of it is left
 */
export async function openFront(target: FrontedTarget, context: OpenContext): Promise<OpenFront> {
  const { name: component, address: upstream, listen } = target;
  const lasting = await openLastingProxy(context, (starting) =>
    starting.openRoute({ component, upstream, listen }, context.signal),
  );
  return {
    route: lasting.routes,
    ended: lasting.proxy.ended,
    stop: (undoSignal) => lasting.stop(undoSignal),
  };
}
