/** What happened at a proxy. */
export type Happening =
  | { readonly type: 'enabled' | 'disabled' | 'deleted' }
  | {
      readonly type: 'toxic-added' | 'toxic-changed' | 'toxic-removed' | 'toxic-expired';
      readonly toxic: string;
    }
  | { readonly type: 'connection-opened'; readonly connection: number; readonly client: string }
  | {
      readonly type: 'connection-closed';
      readonly connection: number;
      readonly bytesUpstream: number;
      readonly bytesDownstream: number;
    }
  /** A toxic turned a client away. */
  | { readonly type: 'connection-refused'; readonly connection: number; readonly toxic: string }
  /** The roll of a connection for a toxic that does not roll for each message. */
  | {
      readonly type: 'connection-rolled';
      readonly toxic: string;
      readonly connection: number;
      readonly isHit: boolean;
    }
  /** A seeded choice about a connection's bytes that took effect: the n-th of the toxic there, from 0. */
  | {
      readonly type: 'decision-fired';
      readonly toxic: string;
      readonly connection: number;
      readonly n: number;
      readonly effect: string;
    }
  /** Rules of a proxy that knows HTTP. */
  | {
      readonly type: 'rule-added' | 'rule-changed' | 'rule-removed' | 'rule-expired';
      readonly rule: string;
    }
  /** What a rule decided about a request: the n-th (from 0) that fitted it. */
  | {
      readonly type: 'rule-fired';
      readonly rule: string;
      readonly fault: string;
      readonly connection: number;
      readonly method: string;
      readonly target: string;
      readonly n: number;
    }
  /** A rule fired, but could not act on the answer. */
  | { readonly type: 'rule-spared'; readonly rule: string; readonly connection: number; readonly why: string }
  /** What a client sends is no HTTP/1; it passes as it is, and no rule looks at it. */
  | { readonly type: 'not-http'; readonly connection: number }
  /** A toxic acted on a datagram: its number, from 0, in that direction of the client's session. */
  | {
      readonly type: 'datagram-hit';
      readonly connection: number;
      readonly toxic: string;
      readonly stream: 'upstream' | 'downstream';
      readonly datagram: number;
    }
  /** A real failure, not one of ours. */
  | { readonly type: 'dial-failed'; readonly connection: number; readonly error: string }
  /** Something of ours that nobody waits for. */
  | { readonly type: 'failed'; readonly error: string };

/** What happened, and at which proxy, for those who watch. */
export type ProxyEvent = Happening & { readonly proxy: string };
