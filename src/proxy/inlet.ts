import type { Socket } from 'node:net';

/** A socket as the source of a link. */
export interface Inlet {
  readonly socket: Socket;
  /**
   * Says what happens to each chunk that arrives, from now on; to be called once.
   *
   * @param take - says whether the chunk's memory is still in use after the call: else it may be read into again
   */
  deliverTo(take: (chunk: Buffer) => boolean): void;
}

/** A socket whose chunks come as events, each in memory of its own. */
export function eventInlet(socket: Socket): Inlet {
  return {
    socket,
    deliverTo: (take) => {
      socket.on('data', (chunk: Buffer) => void take(chunk));
      socket.resume();
    },
  };
}
