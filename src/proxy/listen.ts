import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { Address } from '../model/network.js';
import { bufferBytes } from './buffer-bytes.js';
import type { UnixAddress } from './listen-address.js';
import { keepPrivate, removeStaleSocket } from './unix-socket-file.js';

const backlog = 1_024;

/**
 * A server for the clients of a proxy, that listens. Nothing is read of a client before somebody asks for it. The file of a
 * Unix socket is for this user alone; one that was left behind is replaced.
 */
export async function listen(address: Address | UnixAddress): Promise<Server> {
  if (!('path' in address)) return await open(address);
  const { path } = address;
  const server = await open(address).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE' && (await removeStaleSocket(path))) return await open(address);
    throw error;
  });
  try {
    await keepPrivate(path);
    return server;
  } catch (error) {
    server.close();
    throw error;
  }
}

async function open(address: Address | UnixAddress): Promise<Server> {
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
