/** How a direction of a connection comes to its end: properly, or by a reset. */
export type Ending = 'end' | 'reset';

/** Where a stage hands on what it lets pass: to the next stage, or to the socket. */
export interface Outlet {
  push(chunk: Buffer): void;
  finish(ending: Ending): void;
  /** Counts that the toxic acted on a chunk of the connection. */
  acted(): void;
}

/** One toxic at work on one direction of one connection. Order is kept, and nothing is handed on twice. */
export interface Stage {
  push(chunk: Buffer): void;
  finish(ending: Ending): void;
  /** The toxic is taken off: hands on at once, in order, all that is still held. */
  release(): void;
  /** The connection is gone: no timer of it stays. */
  stop(): void;
  /** What holding it costs in memory, in bytes. */
  readonly heldBytes: number;
  /** Bytes vanished: the stream has a hole, so that the connection is of no more use. */
  readonly swallowed: boolean;
}
