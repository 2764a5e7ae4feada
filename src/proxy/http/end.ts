import type { Socket } from 'node:net';
import { reset } from '../reset.js';

/** One side of a connection: where messages are read and written, and the TCP socket, which is another one under TLS. */
export interface End {
  readonly stream: Socket;
  readonly raw: Socket;
}

export function resetEnd({ stream, raw }: End): void {
  reset(raw);
  stream.destroy();
}
