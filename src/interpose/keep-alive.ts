import type { Socket } from 'node:net';
import { setInterval, clearInterval } from '../model/real-timers.js';

const lookEveryMs = 250;

const pending = new Set<Socket>();
let holder: NodeJS.Timeout | undefined;

/** Node keeps this field on every socket; without it, a socket counts as one that keeps the process alive. */
function keepsAlive(socket: Socket): boolean {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { hasRef?: () => boolean } | null };
  return handle?.hasRef?.() ?? true;
}

/**
 * Keeps the process alive for a socket whose connect waits for a dialer, as a connect of the platform would, and
 * as long as the socket is not unref'd (seen within 250 ms).
 *
 * @returns lets go; idempotent
 */
export function keepAliveFor(socket: Socket): () => void {
  pending.add(socket);
  holder ??= setInterval(() => {
    if ([...pending].some(keepsAlive)) holder?.ref();
    else holder?.unref();
  }, lookEveryMs);
  return () => {
    pending.delete(socket);
    if (pending.size > 0) return;
    clearInterval(holder);
    holder = undefined;
  };
}
