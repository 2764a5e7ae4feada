import type { Socket } from 'node:net';

/** Longer lines are no message of ours: the connection is closed. */
const maxLineLength = 1_048_576;

/**
 * Reads newline-delimited JSON from a socket; a line that is no JSON or is too long closes it.
 *
 * @param onMessage - gets each parsed line, in order
 */
export function readJsonLines(socket: Socket, onMessage: (message: unknown) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLineLength) socket.destroy();
    for (const line of lines) {
      if (socket.destroyed) return;
      let message: unknown;
      try {
        message = JSON.parse(line);
      } catch {
        socket.destroy();
        return;
      }
      onMessage(message);
    }
  });
}

/** Writes one message as a line; nothing happens when the socket is closed. */
export function writeJsonLine(socket: Socket, message: unknown): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}
