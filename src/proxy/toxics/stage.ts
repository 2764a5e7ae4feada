/**
 * How a direction of a connection comes to its end: properly, by a reset, or because a toxic closes the whole
 * connection behind the bytes before it.
 */
export type Ending = 'end' | 'reset' | 'close';

/** Where a stage hands on what it lets pass: to the next stage, or to the socket. */
export interface Outlet {
  push(chunk: Buffer): void;
  finish(ending: Ending): void;
  /** Resets both sides of the connection, at once. */
  abort(): void;
  /** Counts that the toxic acted on a chunk of the connection. */
  acted(): void;
}

/** One toxic at work on one direction of one connection. Order is kept, and nothing is handed on twice. */
export interface Stage {
  push(chunk: Buffer): void;
  finish(ending: Ending): void;
  /** The toxic is taken off: hands on at once, in order, all that is still held. */
  release(): void;
  /** The connection is gone: no timer of it stays, and nothing is held. */
  stop(): void;
  /** The toxic has other settings from now on. */
  changed?(): void;
  /** What holding it costs in memory, in bytes. */
  readonly heldBytes: number;
  /** The sender is to wait, whatever the other stages hold. */
  readonly isFull?: boolean;
  /** Bytes vanished: the stream has a hole, so that the connection is of no more use. */
  readonly swallowed: boolean;
}
