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
  /** A real failure, not one of ours. */
  | { readonly type: 'dial-failed'; readonly connection: number; readonly error: string }
  /** Something of ours that nobody waits for. */
  | { readonly type: 'failed'; readonly error: string };

/** What happened, and at which proxy, for those who watch. */
export type ProxyEvent = Happening & { readonly proxy: string };
