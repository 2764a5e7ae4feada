import type { Socket } from 'node:net';
import type { Address, NetworkRoute } from '../model/network.js';
import { unlessAborted } from '../model/unless-aborted.js';
import type { ControlClient } from './control-client.js';
import { roundTrip } from './round-trip.js';

/** What the routes of one proxy share on the controller's side. */
export interface RouteContext {
  readonly control: ControlClient;
  readonly controlPath: string;
  /** Resolves once the proxy's process is gone. */
  readonly ended: Promise<void>;
  /** Opens the checker's own connections. */
  readonly connect: (address: Address) => Socket;
  /** The port of the checker's echo. */
  readonly echoPort: number;
}

/** The controller's handle on a route of the proxy. */
export function routeClient(
  context: RouteContext,
  route: number,
  names: Pick<NetworkRoute, 'component' | 'upstream'>,
): NetworkRoute {
  const { control, controlPath, ended, connect, echoPort } = context;
  return {
    ...names,
    controlPath,
    addToxic: async (toxicId, toxic, signal) => {
      await control.ask('addToxic', { route, toxicId, toxic }, signal);
    },
    removeToxic: async (toxicId, signal) => {
      try {
        await control.ask('removeToxic', { route, toxicId }, signal);
      } catch (error) {
        if (control.isOpen) throw error;
        // A toxic is gone with its proxy, which hangs up a moment before its process is gone.
        await unlessAborted(ended, signal);
      }
    },
    decisions: (toxicId, signal) => control.ask('decisions', { route, toxicId }, signal),
    stats: (signal) => control.ask('stats', { route }, signal),
    sampleLookup: async (host, signal) =>
      (await control.ask('sampleLookup', { route, host }, signal)).failure,
    sample: async (timeoutMs, signal, { peer, ...options } = {}) => {
      const { port } = await control.ask('sampling', { route, echoPort, ...(peer && { peer }) }, signal);
      return await roundTrip(() => connect({ host: '127.0.0.1', port }), timeoutMs, signal, options);
    },
  };
}
