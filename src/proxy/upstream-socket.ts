import type { Inlet } from './inlet.js';
import { readingSocket } from './reading-socket.js';

/** A socket towards an upstream, still to connect. */
export function upstreamSocket(): Inlet {
  const inlet = readingSocket({});
  inlet.socket.setNoDelay(true);
  return inlet;
}
