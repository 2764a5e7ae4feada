import type { HeaderEdits } from './head.js';

/** Which requests a rule is about: those that fit everything that is given. */
export interface HttpMatch {
  /** One method, or several. */
  readonly method?: string | readonly string[];
  /** The path without its query, as it was sent: `*` stands for a part without `/`, `**` for anything. */
  readonly path?: string;
  /** What is behind the `?`; `*` stands for anything. */
  readonly query?: string;
  /** A value for each name; `*` stands for anything. */
  readonly header?: Readonly<Record<string, string>>;
  /** The Host header, with or without its port; `*` stands for anything. */
  readonly host?: string;
}

/**
 * `before`: the upstream never learns of the request. `after`: the upstream has done what was asked, and only its answer
 * is lost.
 */
export type Moment = 'before' | 'after';

/** Another answer than the upstream's. */
export interface StatusFault {
  readonly type: 'status';
  readonly status: number;
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default: before. */
  readonly moment?: Moment;
}

/** Time before the request goes on, before the answer does, or before each piece of the answer's body. */
export interface DelayFault {
  readonly type: 'delay';
  readonly ms: number;
  /** Up to so much more or less, uniformly. */
  readonly jitterMs?: number;
  /** Default: response. */
  readonly at?: 'request' | 'response' | 'body';
  /** With `at: body`, the most bytes of a piece. Default: 1024. */
  readonly pieceBytes?: number;
}

/** The end of the connection. */
export interface AbortFault {
  readonly type: 'abort';
  /** Default: before. With `afterBytes` it is always after. */
  readonly moment?: Moment;
  /** After so many bytes of the answer's body. */
  readonly afterBytes?: number;
  /** By a RST, or by a FIN as if all were well. Default: reset. */
  readonly how?: 'reset' | 'close';
}

/** A body that is too short. */
export interface TruncateFault {
  readonly type: 'truncate';
  /** Whose body. Default: response. */
  readonly on?: 'request' | 'response';
  /** What is left of the body, in bytes or as a share of it. */
  readonly bytes?: number;
  readonly share?: number;
  /** `keep`: the headers stay, so that who reads can notice, and the connection ends. `fix`: nobody can tell. Default: keep. */
  readonly length?: 'keep' | 'fix';
}

/** Another body, by one of the four ways. The first three leave bodies longer than `maxBytes` as they are. */
export interface AlterFault {
  readonly type: 'alter';
  /** Whose body. Default: response. */
  readonly on?: 'request' | 'response';
  readonly body?: string;
  /** Every occurrence. */
  readonly text?: { readonly find: string; readonly replace: string };
  /** A value of a JSON body: `items[0].price`. */
  readonly json?: { readonly path: string; readonly value: unknown };
  /** The chance of each bit to be flipped. */
  readonly bitErrorRate?: number;
  /** Default: 1 MiB. */
  readonly maxBytes?: number;
}

/** Other header lines. */
export interface HeadersFault extends HeaderEdits {
  readonly type: 'headers';
  /** Default: response. */
  readonly on?: 'request' | 'response';
}

export type HttpFault = StatusFault | DelayFault | AbortFault | TruncateFault | AlterFault | HeadersFault;

/** What happens to which requests, and how often. */
export interface HttpRule {
  /** Default: the fault's type, with a number where that is taken. */
  readonly name?: string;
  /** Default: every request. */
  readonly match?: HttpMatch;
  readonly fault: HttpFault;
  /** The chance of each matching request. Default: 1. */
  readonly probability?: number;
  /** Lets so many matching requests pass first. */
  readonly afterN?: number;
  /** Is about so many matching requests only: `firstN: 3` fails three, then all pass. */
  readonly firstN?: number;
  /** Is about every n-th of them: the n-th, the 2n-th, … */
  readonly everyNth?: number;
  /** Fires so often at most. */
  readonly atMost?: number;
  /** The rule goes by itself after so long. */
  readonly durationMs?: number;
  /** Comes on gradually: a delay in its length, everything else in its probability. */
  readonly rampMs?: number;
}
