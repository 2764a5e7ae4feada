import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Address } from '../../model/network.js';

/** The kernel gives as much of it as `net.core.rmem_max` allows: what arrives while the process is busy waits there. */
const bufferBytes = 4_194_304;
/** What Node may hold because the kernel does not take it now. */
const mostQueuedBytes = 4_194_304;

/** A UDP socket of a kind of address. It is given addresses only, never names, so that nothing is looked up on sending. */
export function datagramSocket(family: 4 | 6): Socket {
  return createSocket({
    type: family === 4 ? 'udp4' : 'udp6',
    recvBufferSize: bufferBytes,
    sendBufferSize: bufferBytes,
    lookup: (host, _options, callback) => callback(null, host, family),
  });
}

/** A socket that receives what is sent to an address. */
export async function boundSocket({ host, port }: Address): Promise<Socket> {
  const socket = datagramSocket(host.includes(':') ? 6 : 4);
  try {
    // Without a name to look up it may listen, or fail, before `bind` returns.
    const listening = once(socket, 'listening');
    socket.bind({ address: host, port, exclusive: true });
    await listening;
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** Whether what is sent now would only pile up. */
export function isClogged(socket: Socket): boolean {
  return socket.getSendQueueSize() >= mostQueuedBytes;
}
