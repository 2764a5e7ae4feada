import { Socket, type SocketConstructorOpts, type TcpSocketConnectOpts } from 'node:net';
import { bufferBytes } from './buffer-bytes.js';
import { mayReadOn } from './fair-turn.js';
import type { Inlet } from './inlet.js';
import { bulkBytes, ReadBuffer } from './read-buffers.js';

type ReadOptions = Pick<TcpSocketConnectOpts, 'onread'> & { readonly highWaterMark: number };

/**
 * A socket that reads into memory that is used again and again, which costs less than an event with memory of its own.
 *
 * @param more - further options of the platform
 */
export function readingSocket(more: object): Inlet {
  const buffer = new ReadBuffer();
  let deliver = (_chunk: Buffer): boolean => false;
  const goOn = () => {
    // Whoever paused it resumes it.
    if (!socket.destroyed && !socket.isPaused()) socket.read(0);
  };
  const options: SocketConstructorOpts & ReadOptions = {
    ...more,
    allowHalfOpen: true,
    highWaterMark: bufferBytes,
    onread: {
      buffer: buffer.next,
      callback: (bytes) => {
        buffer.deliver(bytes, deliver);
        return bytes < bulkBytes || mayReadOn(bytes, goOn);
      },
    },
  };
  const socket = new Socket(options);
  socket.once('close', () => buffer.giveBack());
  return {
    socket,
    deliverTo: (take) => {
      deliver = take;
    },
  };
}
