import type { LookupFailure } from './lookup.js';
import type { Peer } from './peer.js';
import type { PeerPattern } from './peer-pattern.js';

/** A place on the network. IPv6 hosts come without brackets. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Which way bytes flow, seen from the target: its requests leave, its answers arrive. */
export type Direction = 'from-target' | 'to-target' | 'both';

/** What a proxy can do to the connections of a route; `peers`: only to those with one of these far ends. */
export type Toxic =
  | {
      readonly type: 'latency';
      /** Drawn per chunk by the seed, order kept. */
      readonly minMs: number;
      readonly maxMs: number;
      readonly direction: Direction;
      readonly seed: number;
    }
  /** Packets are lost at a rate and come a retransmission timeout later, as TCP shows it; order kept, nothing missing. */
  | { readonly type: 'loss'; readonly lossRate: number; readonly direction: Direction; readonly seed: number }
  /** So many bytes of each connection pass in a second, one after the other, in each direction that it acts on. */
  | { readonly type: 'bandwidth'; readonly bytesPerSecond: number; readonly direction: Direction }
  /**
   * A share of connections, chosen by the seed, is reset: an open one a time after the toxic came, a new one a time
   * after its first bytes. The time is drawn per connection.
   */
  | {
      readonly type: 'reset';
      readonly resetRate: number;
      readonly minMs: number;
      readonly maxMs: number;
      readonly seed: number;
    }
  /** New connections beyond a rate are refused; `burst` may come at once after a pause. */
  | { readonly type: 'connection-rate'; readonly perSecond: number; readonly burst: number }
  /** Bytes of that direction vanish; new connections are accepted and never answered. */
  | { readonly type: 'drop'; readonly direction: Direction; readonly peers?: readonly PeerPattern[] }
  /** Look-ups of these names fail, where the target asks about them; `*` stands for any characters. */
  | {
      readonly type: 'dns';
      readonly hosts: readonly string[];
      readonly failure: LookupFailure;
      readonly rate: number;
      readonly seed: number;
    }
  /** Existing connections are reset and new ones refused. */
  | { readonly type: 'refuse'; readonly peers?: readonly PeerPattern[] };

/** What passed through a route of the target's own traffic, since the proxy started. */
export interface RouteStats {
  /** Connections accepted. */
  readonly connections: number;
  readonly openConnections: number;
  readonly bytesFromTarget: number;
  readonly bytesToTarget: number;
  /** Connections that met a toxic: delayed, swallowed, reset or refused (where the refusal can be seen); and look-ups. */
  readonly affectedConnections: number;
  /** Chunks that a toxic acted on. */
  readonly affectedChunks: number;
  /** The same two numbers for each toxic by id, kept when it is removed: others may act on the route as well. */
  readonly byToxic: Readonly<Record<string, { readonly connections: number; readonly chunks: number }>>;
  /** Times that toxics were off because the controller did not renew its lease (it was frozen or busy). */
  readonly suspensions: number;
}

/** One round trip of the checker through a route, beside the target's path and under the same toxics. */
export type RouteSample =
  | { readonly outcome: 'answered'; readonly roundTripMs: number }
  /** `code`: of the error; `end` when it was closed properly. */
  | { readonly outcome: 'refused'; readonly code: string }
  | { readonly outcome: 'silent'; readonly waitedMs: number };

/** What a toxic did to the target's traffic: a seeded choice, or that it met what a cut or a refusal hits. */
export interface RouteDecision {
  /**
   * The component, the connection (counted from when the toxic came) and the way: `stock conn#3/to-target`. Or the
   * connection as a whole, attempts to connect (`out connect to db:5432`, told once), a name (`out look-up of db`).
   */
  readonly site: string;
  /** The n-th chunk or look-up there that the toxic met, from 0. */
  readonly n: number;
  /** What happened, e.g. `delay 812 ms`, `reset after 40 ms`, `refused`. */
  readonly effect: string;
}

export interface RouteDecisions {
  readonly decisions: readonly RouteDecision[];
  /** Further ones, which were too many to be listed. */
  readonly unlisted: number;
}

/** What a sample is to be; by default one short message and its answer. */
export interface SampleOptions {
  /** Default 64. */
  readonly bytes?: number;
  /** After the answer, the connection stays open for so long: a reset in this time counts as refused. */
  readonly holdMs?: number;
  /** It meets the toxics that a connection to this far end meets. */
  readonly peer?: Peer;
}

/** What looks at the path of a target, beside its own traffic. */
export interface RouteSampler {
  /** Sends `bytes` along the path to an echo of the checker's own, and waits at most `timeoutMs`. */
  sample(timeoutMs: number, signal: AbortSignal, options?: SampleOptions): Promise<RouteSample>;
  /** What a look-up of the target's would meet now. */
  sampleLookup(host: string, signal: AbortSignal): Promise<LookupFailure | null>;
}

/** The traffic of a target towards one component, as chaosx can break it. */
export interface NetworkRoute extends RouteSampler {
  readonly component: string;
  /** Where the target's connections go in the end, for people; `*` hosts where there is no single one. */
  readonly upstream: string;
  readonly controlPath: string;
  /** Resolves once the toxic acts on new and existing connections. Adding the same id twice changes nothing. */
  addToxic(id: string, toxic: Toxic, signal: AbortSignal): Promise<void>;
  /** Idempotent. Resolves once no byte is held back any more. */
  removeToxic(id: string, signal: AbortSignal): Promise<void>;
  stats(signal: AbortSignal): Promise<RouteStats>;
  /** What took effect since this was last asked for the toxic; also after it is off. */
  decisions(toxicId: string, signal: AbortSignal): Promise<RouteDecisions>;
}
