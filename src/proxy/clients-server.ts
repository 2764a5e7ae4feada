import type { AddressInfo, Server, Socket } from 'node:net';
import { addressText, listenError, resolveListen } from './listen-address.js';
import { listen } from './listen.js';

/**
 * A server for the clients of a proxy, and the address that it got.
 *
 * @param at - `host:port` or `unix:/path`
 * @throws AddressError
 */
export async function clientsServer(
  at: string,
  onClient: (client: Socket) => void,
): Promise<{ readonly server: Server; readonly listen: string }> {
  const address = await resolveListen(at).catch((error: Error) => {
    throw Object.assign(error, { message: `listen tcp: ${error.message}` });
  });
  try {
    const server = await listen(address);
    server.on('connection', onClient);
    if ('path' in address) return { server, listen: addressText(address) };
    const { port } = server.address() as AddressInfo;
    return { server, listen: addressText({ host: address.host, port }) };
  } catch (error) {
    throw listenError(error, address);
  }
}
