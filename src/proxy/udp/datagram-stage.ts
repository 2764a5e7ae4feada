/** One datagram on its way. */
export interface Datagram {
  /** Its number from 0 among those that its session received in that direction. */
  readonly n: number;
  /** What its draws hang on: its number, or of a copy a number of its own. */
  readonly key: number;
  readonly payload: Buffer;
}

/** Where a toxic's stage hands datagrams on to, and tells what it does. */
export interface DatagramOutlet {
  push(datagram: Datagram): void;
  /** The toxic acted on it. */
  acted(datagram: Datagram): void;
  /** The toxic acted on it, and it is gone. */
  lost(datagram: Datagram): void;
  /** The toxic made a copy of it, which it pushes as well. */
  copied(datagram: Datagram): void;
  /** It is held in memory (1), or no longer (-1). */
  held(datagram: Datagram, change: 1 | -1): void;
}

/** A toxic on one direction of a session. */
export interface DatagramStage {
  push(datagram: Datagram): void;
  /** The toxic is taken off: hands on at once all that is still held. */
  release(): void;
  /** The session is gone: no timer of it stays, and nothing is held. */
  stop(): void;
  /** The toxic has other settings from now on. */
  changed?(): void;
}

/** A stage that holds nothing. */
export function instantStage(push: (datagram: Datagram) => void): DatagramStage {
  return { push, release: () => undefined, stop: () => undefined };
}
