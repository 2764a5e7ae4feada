import { Socket } from 'node:net';
import { bufferBytes } from './buffer-bytes.js';

/** A socket towards an upstream, still to connect. */
export function upstreamSocket(): Socket {
  const options = { allowHalfOpen: true, highWaterMark: bufferBytes };
  return new Socket(options).setNoDelay(true);
}
