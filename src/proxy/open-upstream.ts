import type { Inlet } from './inlet.js';
import { splitAddress } from './listen-address.js';
import { upstreamSocket } from './upstream-socket.js';

/**
 * Dials an upstream, after a delay; the socket can be used at once.
 *
 * @param address - `host:port`
 * @param onFailed - called before anyone else learns of it
 */
export function openUpstream(
  address: string,
  { delayMs, timeoutMs }: { readonly delayMs: number; readonly timeoutMs: number },
  onFailed: (error: Error) => void,
): Inlet {
  const upstream = upstreamSocket();
  const { socket } = upstream;
  socket.once('error', onFailed);
  const dial = () => {
    if (socket.destroyed) return;
    try {
      const { host, port } = splitAddress(address);
      socket.connect({ host: host === '' ? 'localhost' : host, port });
    } catch (error) {
      socket.destroy(error as Error);
    }
  };
  const giveUp = setTimeout(() => {
    socket.destroy(new Error(`dial tcp ${address}: no answer in ${timeoutMs} ms`));
  }, delayMs + timeoutMs);
  const delay = delayMs > 0 ? setTimeout(dial, delayMs) : undefined;
  const settled = () => {
    clearTimeout(giveUp);
    clearTimeout(delay);
  };
  socket.once('connect', () => {
    settled();
    socket.off('error', onFailed);
  });
  socket.once('close', settled);
  if (delayMs <= 0) dial();
  return upstream;
}
