import type { Socket } from 'node:net';

/** Ends a connection by a RST where one can be sent, and at once in any case; unsent bytes are discarded. */
export function reset(socket: Socket): void {
  if (socket.destroyed) return;
  // Not connected, there is nobody to tell. While a FIN is on its way, libuv refuses to reset.
  if (socket.pending || (socket.writableEnded && !socket.writableFinished)) socket.destroy();
  else {
    try {
      socket.resetAndDestroy();
    } catch {
      // A Unix socket knows no resets.
      socket.destroy();
    }
  }
}
