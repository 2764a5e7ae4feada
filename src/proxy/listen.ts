import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { Address } from '../model/network.js';
import { bufferBytes } from './buffer-bytes.js';
import type { UnixAddress } from './listen-address.js';

const backlog = 1_024;

/** A server for the clients of a proxy, that listens. Nothing is read of a client before somebody asks for it. */
export async function listen(address: Address | UnixAddress): Promise<Server> {
  const server = createServer({
    allowHalfOpen: true,
    noDelay: true,
    highWaterMark: bufferBytes,
    pauseOnConnect: true,
  });
  server.listen({ ...address, backlog });
  await once(server, 'listening');
  server.on('error', () => {
    // A failed accept (no file descriptors left) concerns that connection alone.
  });
  return server;
}
