import { connect as netConnect, type Socket } from 'node:net';
import type { Dialer } from '../model/dialer.js';
import type { Address, NetworkRoute } from '../model/network.js';
import type { ProcessIdentity } from '../model/receipt.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import { ControlClient } from './control-client.js';
import { dialerClient } from './dialer-client.js';
import { Echo } from './echo.js';
import { controlPathIn, planProxyDirectory } from './proxy-directory.js';
import { routeClient } from './route-client.js';
import { spawnProxy } from './spawn-proxy.js';

/** A route in front of a dependency: the target is to connect to `listen`. */
export type OpenRoute = NetworkRoute & { readonly listen: Address };

/** A route that dials for the sockets of this process, and of others that are told its dial socket. */
export type OpenOutgoingRoute = NetworkRoute & {
  readonly dialer: Dialer;
  /** Opens a Unix socket at which the agents of other processes dial; answers its path. */
  openDialSocket(signal: AbortSignal): Promise<string>;
};

/** A fault proxy, running in a process of its own. Disposing ends it at once, open connections included. */
export interface ProxyProcess extends AsyncDisposable {
  readonly identity: ProcessIdentity;
  readonly directory: string;
  readonly controlPath: string;
  /** Resolves once its process is gone, whoever ended it. */
  readonly ended: Promise<void>;
  /**
   * Puts a port in front of a dependency.
   *
   * @param route - without `listen`, any free port on 127.0.0.1
   * @throws ChaosError PROXY_FAILED when it cannot listen there
   */
  openRoute(
    route: { readonly component: string; readonly upstream: Address; readonly listen?: Address },
    signal: AbortSignal,
  ): Promise<OpenRoute>;
  /** Opens a way out for connects of this process, wherever they go. */
  openOutgoingRoute(route: { readonly component: string }, signal: AbortSignal): Promise<OpenOutgoingRoute>;
  /** Says no more and renews no lease: for a proxy that was retired by others. */
  letGo(): Promise<void>;
  /**
   * Takes every toxic off, lets open connections come to an end for at most `drainMs` (idle ones are ended at once),
   * and ends the process. Idempotent; resolves once it is gone and its directory removed, also when aborted.
   */
  close(options: { readonly drainMs: number }, signal: AbortSignal): Promise<void>;
}

export interface ProxyOptions {
  /** Marks the process: `CHAOSX_RUN` in its environment. */
  readonly runId: string;
  /** Made here, mode 0700; must not exist. Default: as planned for the run's id. */
  readonly directory?: string;
  /** The proxy ends when this process does. */
  readonly exitWith: ProcessIdentity | null;
  /** It is to be retired and not ended, and is found by its receipt alone. Default: no. */
  readonly outlives?: boolean;
  /** Without a sign of life from this process for so long, the proxy takes its toxics off. Default 1,500. */
  readonly leaseMs?: number;
  /** Opens the connections of `sample`. Default: `net.connect`; pass an exempt one where connects are redirected. */
  readonly connect?: (address: Address) => Socket;
  readonly signal: AbortSignal;
}

// Frozen just after a renewal, a controller must be without effect within 2 s, taking them off included.
const defaultLeaseMs = 1_500;
const exitGraceMs = 1_000;
const { setInterval, clearInterval } = globalThis;

/**
 * Starts a fault proxy and keeps its lease.
 *
 * @throws ChaosError PROXY_FAILED when the directory exists or the process does not come up;
 *   the signal's reason when aborted. Nothing is left then.
 */
export async function startProxy(options: ProxyOptions): Promise<ProxyProcess> {
  const { runId, exitWith, leaseMs = defaultLeaseMs, connect = netConnect, signal } = options;
  const { outlives = false } = options;
  const directory = options.directory ?? planProxyDirectory(runId);
  const proxy = await spawnProxy({ runId, directory, leaseMs, exitWith, outlives, signal });
  const controlPath = controlPathIn(directory);
  let control: ControlClient;
  try {
    control = await ControlClient.connect(controlPath, signal);
  } catch (error) {
    await proxy.end(0);
    throw error;
  }
  const echo = await Echo.open();
  const renewal = setInterval(() => {
    // A proxy that is gone has no lease to keep.
    control.askUnheld('renew', {}).catch(() => undefined);
  }, leaseMs / 4).unref();
  const context = { control, controlPath, ended: proxy.exited, connect, echoPort: echo.port };

  let closing: Promise<void> | undefined;
  const close: ProxyProcess['close'] = ({ drainMs }, closeSignal) => {
    closing ??= (async () => {
      clearInterval(renewal);
      const graceful = AbortSignal.any([closeSignal, timeoutSignal(drainMs + exitGraceMs)]);
      // Whether it answers or not, it is ended.
      await control.ask('exit', { drainMs }, graceful).catch(() => undefined);
      await proxy.end(exitGraceMs);
      control[Symbol.dispose]();
      await echo[Symbol.asyncDispose]();
    })();
    return closing;
  };

  return {
    identity: proxy.identity,
    directory,
    controlPath,
    ended: proxy.exited,
    openRoute: async ({ component, upstream, listen = { host: '127.0.0.1', port: 0 } }, routeSignal) => {
      const opened = await control.ask('openDependencyRoute', { component, upstream, listen }, routeSignal);
      const host = upstream.host.includes(':') ? `[${upstream.host}]` : upstream.host;
      const names = { component, upstream: `${host}:${upstream.port}` };
      return { ...routeClient(context, opened.route, names), listen: opened.listen };
    },
    openOutgoingRoute: async ({ component }, routeSignal) => {
      const { route, port } = await control.ask('openOutgoingRoute', { component }, routeSignal);
      const dialer = dialerClient(control, route, port);
      return {
        ...routeClient(context, route, { component, upstream: '*' }),
        dialer,
        openDialSocket: async (dialSignal) =>
          (await control.ask('openDialSocket', { route }, dialSignal)).path,
      };
    },
    letGo: async () => {
      clearInterval(renewal);
      control[Symbol.dispose]();
      await echo[Symbol.asyncDispose]();
    },
    close,
    [Symbol.asyncDispose]: () => close({ drainMs: 0 }, new AbortController().signal),
  };
}
