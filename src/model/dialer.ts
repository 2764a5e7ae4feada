import type { LookupError } from './lookup.js';
import type { Peer } from './peer.js';

/** One place that a name stands for. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** A connect that a socket of this process asked for, names resolved. */
export interface DialRequest {
  /** In the order to try; more than one only where the platform would try several. */
  readonly addresses: readonly ResolvedAddress[];
  readonly port: number;
  /** Where the program wants to go: the same through every dialer on the way. */
  readonly peer: Peer;
  readonly localAddress?: string;
  readonly localPort?: number;
  /** Milliseconds for each address but the last, when there are several. */
  readonly attemptTimeoutMs?: number;
}

/** What the platform says of one connect that failed. */
export interface ConnectFailure {
  readonly message: string;
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;
  readonly address?: string;
  readonly port?: number;
}

export type DialAnswer =
  /** The other side accepted: connect to the dialer's port, then claim `dial` from `localPort` there. */
  | { readonly outcome: 'connected'; readonly dial: number; readonly localPort: number }
  /** One failure for each address that was tried. */
  | { readonly outcome: 'failed'; readonly failures: readonly ConnectFailure[] }
  /** The dialer is gone: connect without it. */
  | { readonly outcome: 'unavailable' };

/** Connects on behalf of the sockets of this process, so that faults can act in between. */
export interface Dialer {
  /** False once it is gone; connects then go direct. */
  readonly alive: boolean;
  /** The port on 127.0.0.1 that hands out what was dialled. */
  readonly port: number;
  /** Never rejects; an aborted signal gives the connection up and answers `unavailable`. */
  dial(request: DialRequest, signal: AbortSignal): Promise<DialAnswer>;
  /** How the look-up of a name is to fail; null: it does not. Never rejects. */
  lookUp(host: string): Promise<LookupError | null>;
  /** Says that the connection from `localPort` on 127.0.0.1 is the one that `dial` is for. */
  claim(dial: number, localPort: number): void;
  /** Closes a dialled connection that nobody will claim. */
  abandon(dial: number): void;
}
