import type { Socket } from 'node:net';

/** Sends a text and waits until as much came back; how long that took, in ms. */
export async function exchange(socket: Socket, text: string): Promise<number> {
  const began = performance.now();
  let missing = text.length;
  const back = new Promise<void>((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      missing -= chunk.length;
      if (missing > 0) return;
      socket.off('data', onData).off('error', reject);
      resolve();
    };
    socket.on('data', onData).once('error', reject);
  });
  socket.write(text);
  await back;
  return performance.now() - began;
}
