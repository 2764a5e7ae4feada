import type { Socket } from 'node:net';
import type { RouteSample, SampleOptions } from '../model/network.js';
import { systemClock } from '../model/system-clock.js';

const defaultBytes = 64;

/**
 * Sends bytes over a new connection and waits until as many came back, and then for as long as it is to stay open.
 *
 * @param open - starts the connection, to something that echoes
 * @throws the signal's reason when aborted
 */
export async function roundTrip(
  open: () => Socket,
  timeoutMs: number,
  signal: AbortSignal,
  { bytes = defaultBytes, holdMs = 0 }: SampleOptions = {},
): Promise<RouteSample> {
  signal.throwIfAborted();
  const beganMs = systemClock.nowMs();
  const socket = open();
  const over = new AbortController();
  try {
    // Refused, or reset on the way: connections cannot be had.
    const refused = new Promise<RouteSample>((resolve) => {
      socket.on('error', ({ code = 'end' }: NodeJS.ErrnoException) => resolve({ outcome: 'refused', code }));
      socket.on('end', () => resolve({ outcome: 'refused', code: 'end' }));
    });
    const answered = new Promise<RouteSample>((resolve) => {
      let missing = bytes;
      socket.on('data', (chunk: Buffer) => {
        missing -= chunk.length;
        if (missing === 0) resolve({ outcome: 'answered', roundTripMs: systemClock.nowMs() - beganMs });
      });
      socket.write(Buffer.alloc(bytes, 'chaosx '));
    });
    const silent = async (): Promise<RouteSample> => {
      await systemClock.sleep(timeoutMs, AbortSignal.any([signal, over.signal]));
      return { outcome: 'silent', waitedMs: systemClock.nowMs() - beganMs };
    };
    const first = await Promise.race([refused, answered, silent()]);
    if (first.outcome !== 'answered' || holdMs === 0) return first;
    const held = systemClock.sleep(holdMs, AbortSignal.any([signal, over.signal])).then(() => first);
    return await Promise.race([refused, held]);
  } finally {
    over.abort();
    socket.destroy();
  }
}
