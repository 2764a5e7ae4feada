import type { Socket } from 'node:net';
import type { RouteSample } from '../model/network.js';
import { systemClock } from '../model/system-clock.js';

const sampleBytes = Buffer.alloc(64, 'chaosx ');

/**
 * Sends bytes over a new connection and waits until as many came back.
 *
 * @param open - starts the connection, to something that echoes
 * @throws the signal's reason when aborted
 */
export async function roundTrip(
  open: () => Socket,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<RouteSample> {
  signal.throwIfAborted();
  const beganMs = systemClock.nowMs();
  const socket = open();
  const over = new AbortController();
  try {
    const answered = new Promise<RouteSample>((resolve) => {
      let missing = sampleBytes.length;
      socket.on('data', (chunk: Buffer) => {
        missing -= chunk.length;
        if (missing === 0) resolve({ outcome: 'answered', roundTripMs: systemClock.nowMs() - beganMs });
      });
      // Refused, or reset on the way: connections cannot be had.
      socket.on('error', () => resolve({ outcome: 'refused' }));
      socket.on('end', () => resolve({ outcome: 'refused' }));
      socket.write(sampleBytes);
    });
    const silent = async (): Promise<RouteSample> => {
      await systemClock.sleep(timeoutMs, AbortSignal.any([signal, over.signal]));
      return { outcome: 'silent', waitedMs: systemClock.nowMs() - beganMs };
    };
    return await Promise.race([answered, silent()]);
  } finally {
    over.abort();
    socket.destroy();
  }
}
