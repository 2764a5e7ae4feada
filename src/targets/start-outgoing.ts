import { connect as netConnect } from 'node:net';
import { exempt } from '../interpose/exempt.js';
import { useFreshAgents } from '../interpose/fresh-agents.js';
import { redirectOutgoing } from '../interpose/outgoing-connections.js';
import type { Address, NetworkRoute } from '../model/network.js';
import type { ProcessIdentity } from '../model/receipt.js';
import { startProxy } from '../proxy/proxy-process.js';
import { ownIdentity } from '../undo/process-identity.js';

/** Calls under way may get their answers for so long when the redirection ends; then their connections end. */
const drainMs = 300;

/** The outgoing connections of this process, ready to be sent through a proxy process of their own. */
export interface StartedOutgoing {
  readonly route: NetworkRoute;
  /** Resolves when the proxy ends, whoever ended it. */
  readonly ended: Promise<void>;
  /** Connections that are opened from here on go through the proxy; `fetch` and the global agents open new ones. */
  redirect(): void;
  /**
   * Takes the redirection off, lets answers come in for 300 ms, and ends the connections that went through the proxy
   * (idle ones at once, as a server does that closes kept-alive connections). Idempotent.
   *
   * @returns false when something else wrapped `net.Socket.prototype.connect` since: our part then passes everything on
   */
  close(signal: AbortSignal): Promise<boolean>;
}

export interface StartOutgoingOptions {
  readonly runId: string;
  /** Of the proxy; named in a receipt that is on disk. */
  readonly directory: string;
  /** Told of the proxy's process before anything is asked of it. */
  readonly onStarted: (process: ProcessIdentity) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Starts a proxy for the outgoing connections of this process. Nothing is redirected yet.
 *
 * @throws ChaosError PROXY_FAILED when it does not start; then nothing of it is left
 */
export async function startOutgoing(options: StartOutgoingOptions): Promise<StartedOutgoing> {
  const { runId, directory, onStarted, signal } = options;
  const proxy = await startProxy({ runId, directory, exitWith: await ownIdentity(), connect, signal });
  try {
    await onStarted(proxy.identity);
    const route = await proxy.openOutgoingRoute({ component: 'outgoing connections' }, signal);
    let restore: (() => boolean) | undefined;
    let putAgentsBack: (() => void) | undefined;
    return {
      route,
      ended: proxy.ended,
      redirect: () => {
        restore ??= redirectOutgoing(route.dialer);
        putAgentsBack ??= useFreshAgents();
      },
      close: async (closeSignal) => {
        putAgentsBack?.();
        const isRestored = restore?.() ?? true;
        await proxy.close({ drainMs }, closeSignal);
        return isRestored;
      },
    };
  } catch (error) {
    await proxy[Symbol.asyncDispose]();
    throw error;
  }
}

/** The checker's own connections pass by faults on this process. */
function connect({ host, port }: Address) {
  return exempt(() => netConnect({ host, port }));
}
