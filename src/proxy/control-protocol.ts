import type { ChaosErrorCode } from '../model/chaos-error.js';
import type { DialAnswer, DialRequest } from '../model/dialer.js';
import type { LookupError, LookupFailure } from '../model/lookup.js';
import type { Address, RouteDecisions, RouteStats, Toxic } from '../model/network.js';
import type { Peer } from '../model/peer.js';

type Nothing = Readonly<Record<string, never>>;

/**
 * What a proxy can be asked, over newline-delimited JSON on its Unix socket.
 * Every request renews the lease.
 */
export interface Operations {
  /** Keeps toxics alive; answers which were off because the lease had run out, and are on again. */
  renew: { request: Nothing; result: { resumed: readonly string[] } };
  openDependencyRoute: {
    request: { component: string; upstream: Address; listen: Address };
    result: { route: number; listen: Address };
  };
  openOutgoingRoute: { request: { component: string }; result: { route: number; port: number } };
  /** Lets other processes dial through the route, at a Unix socket of their own. */
  openDialSocket: { request: { route: number }; result: { path: string } };
  addToxic: { request: { route: number; toxicId: string; toxic: Toxic }; result: Nothing };
  removeToxic: { request: { route: number; toxicId: string }; result: Nothing };
  /** Of a toxic, since they were last asked for. */
  decisions: { request: { route: number; toxicId: string }; result: RouteDecisions };
  stats: { request: { route: number }; result: RouteStats };
  /** Makes a sampling port of the route, as if to a peer where one is given, lead to an echo of the asker's. */
  sampling: { request: { route: number; echoPort: number; peer?: Peer }; result: { port: number } };
  /** `dial` is a number of the asker's choice, new for each. */
  dial: { request: DialRequest & { route: number; dial: number }; result: DialAnswer };
  claim: { request: { route: number; dial: number; localPort: number }; result: Nothing };
  /** Gives a dial up, wherever it stands. */
  abandon: { request: { route: number; dial: number }; result: Nothing };
  /** Answered once it is known how a look-up of the target is to fail: a look-up may be held. */
  lookUp: { request: { route: number; host: string }; result: { failure: LookupError | null } };
  /** The same choice for a look-up of the checker, at once. */
  sampleLookup: { request: { route: number; host: string }; result: { failure: LookupFailure | null } };
  /** Takes everything off and listens no more; exits by itself once the connections that are open have ended. */
  retire: { request: Nothing; result: Nothing };
  /** Takes everything off, lets connections end for at most `drainMs`, then exits. */
  exit: { request: { drainMs: number }; result: Nothing };
}
export type Operation = keyof Operations;

/** A request as it is written on the wire. */
export type ControlRequest = {
  [K in Operation]: { readonly id: number; readonly op: K } & Operations[K]['request'];
}[Operation];

/** The requests that a dial socket takes. */
export type DialRequests = Extract<ControlRequest, { readonly op: 'dial' | 'claim' | 'abandon' | 'lookUp' }>;

/** The answer to the request with the same id. */
export type ControlAnswer =
  | { readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly id: number; readonly ok: false; readonly code: ChaosErrorCode; readonly message: string };
