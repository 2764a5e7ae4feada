import { once } from 'node:events';
import net from 'node:net';
import { exempt } from '../../../interpose/exempt.js';
import type { Clock } from '../../../model/clock.js';
import type { Address, RouteSample } from '../../../model/network.js';

export interface EchoSampleOptions {
  readonly localPort: number;
  readonly bytes: number;
  /** For the connection, and again for the answer. */
  readonly timeoutMs: number;
}

/** Sends bytes to an echo over a new connection, and times them from when it stands until all came back. */
export async function sampleEcho(
  { host, port }: Address,
  { localPort, bytes, timeoutMs }: EchoSampleOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<RouteSample> {
  const socket = exempt(() => net.connect({ host, port, localPort, noDelay: true }));
  try {
    const failed = once(socket, 'error').then(
      ([{ code = 'end' }]): RouteSample => ({ outcome: 'refused', code: code as string }),
    );
    const silent = async (): Promise<RouteSample> => {
      const startedMs = clock.nowMs();
      await clock.sleep(timeoutMs, signal);
      return { outcome: 'silent', waitedMs: clock.nowMs() - startedMs };
    };
    const unconnected = await Promise.race([once(socket, 'connect').then(() => null), failed, silent()]);
    if (unconnected !== null) return unconnected;
    const sentMs = clock.nowMs();
    const answered = new Promise<RouteSample>((resolve) => {
      let missing = bytes;
      socket.on('data', (chunk: Buffer) => {
        missing -= chunk.length;
        if (missing <= 0) resolve({ outcome: 'answered', roundTripMs: clock.nowMs() - sentMs });
      });
    });
    socket.write(Buffer.alloc(bytes, 'chaosx '));
    return await Promise.race([answered, failed, silent()]);
  } finally {
    socket.destroy();
  }
}
