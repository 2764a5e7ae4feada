import { Socket, type SocketConstructorOpts, type TcpSocketConnectOpts } from 'node:net';
import { bufferBytes } from './buffer-bytes.js';
import type { Inlet } from './inlet.js';
import { ReadBuffer } from './read-buffers.js';

type ReadOptions = Pick<TcpSocketConnectOpts, 'onread'> & { readonly highWaterMark: number };

/** A socket towards an upstream, still to connect. It reads into memory that is used again and again. */
export function upstreamSocket(): Inlet {
  const buffer = new ReadBuffer();
  let deliver = (_chunk: Buffer): boolean => false;
  const options: SocketConstructorOpts & ReadOptions = {
    allowHalfOpen: true,
    highWaterMark: bufferBytes,
    onread: {
      buffer: buffer.next,
      callback: (bytes) => {
        buffer.deliver(bytes, deliver);
        return true;
      },
    },
  };
  const socket = new Socket(options).setNoDelay(true);
  socket.once('close', () => buffer.giveBack());
  return {
    socket,
    deliverTo: (take) => {
      deliver = take;
    },
  };
}
