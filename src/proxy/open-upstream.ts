import type { Inlet } from './inlet.js';
import { splitAddress, unixAddress } from './listen-address.js';
import { upstreamSocket } from './upstream-socket.js';

/**
 * Dials an upstream; the socket can be written to at once.
 *
 * @param address - `host:port` or `unix:/path`
 * @param onFailed - called before anyone else learns of it
 */
export function openUpstream(address: string, timeoutMs: number, onFailed: (error: Error) => void): Inlet {
  const upstream = upstreamSocket();
  const { socket } = upstream;
  const giveUp = setTimeout(() => {
    socket.destroy(new Error(`dial tcp ${address}: no answer in ${timeoutMs} ms`));
  }, timeoutMs);
  socket.once('error', onFailed);
  socket.once('close', () => clearTimeout(giveUp));
  socket.once('connect', () => {
    clearTimeout(giveUp);
    socket.off('error', onFailed);
  });
  try {
    const unix = unixAddress(address);
    const { host, port } = unix === null ? splitAddress(address) : { host: '', port: 0 };
    socket.connect(unix ?? { host: host === '' ? 'localhost' : host, port });
  } catch (error) {
    socket.destroy(error as Error);
  }
  return upstream;
}
