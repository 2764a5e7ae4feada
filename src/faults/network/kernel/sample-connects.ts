import { setMaxListeners } from 'node:events';
import net from 'node:net';
import { exempt } from '../../../interpose/exempt.js';
import type { Clock } from '../../../model/clock.js';
import type { Address } from '../../../model/network.js';

/** One attempt to connect. `refused` is an answer too: the port is closed, or something resets it. */
export interface ConnectSample {
  readonly outcome: 'connected' | 'refused' | 'silent';
  readonly tookMs: number;
}

export interface SamplePorts {
  readonly from: number;
  readonly count: number;
}

/** Attempts to connect that are made at once, and how long each is waited for. */
export interface SampleOptions {
  readonly attempts: number;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** Makes several attempts to connect to a place, all at once. */
export type SampleConnects = (place: Address, options: SampleOptions) => Promise<readonly ConnectSample[]>;

const taken = new Set(['EADDRINUSE', 'EADDRNOTAVAIL']);

/**
 * Attempts from this process, each from the next of the checker's own ports: what is left of an earlier attempt on
 * the other side cannot disturb a later one.
 */
export function samplerFrom(ports: SamplePorts, clock: Clock): SampleConnects {
  let used = 0;
  const nextPort = () => ports.from + (used++ % ports.count);
  const attempt = async (place: Address, { waitMs, signal }: SampleOptions): Promise<ConnectSample> => {
    let tookMs = 0;
    // Where all of them are taken, nothing was seen.
    for (let tries = 0; tries < ports.count; tries += 1) {
      const startedMs = clock.nowMs();
      const outcome = await outcomeOf(place, nextPort(), waitMs, signal);
      tookMs = clock.nowMs() - startedMs;
      if (outcome !== 'port taken') return { outcome, tookMs };
    }
    return { outcome: 'silent', tookMs };
  };
  return (place, { signal: outer, ...options }) => {
    const signal = AbortSignal.any([outer]);
    // That many listeners are no leak: all are gone once the attempts are over.
    setMaxListeners(0, signal);
    return Promise.all(
      Array.from({ length: options.attempts }, () => attempt(place, { ...options, signal })),
    );
  };
}

function outcomeOf(
  { host, port }: Address,
  localPort: number,
  waitMs: number,
  signal: AbortSignal,
): Promise<ConnectSample['outcome'] | 'port taken'> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const socket = exempt(() => net.connect({ host, port, localPort }));
    const finish = (settle: () => void) => {
      signal.removeEventListener('abort', stop);
      // Closing sends a FIN, which the kernel repeats until it is heard: the other side keeps nothing.
      socket.destroy();
      settle();
    };
    const stop = () => finish(() => reject(signal.reason as Error));
    signal.addEventListener('abort', stop);
    socket.setTimeout(waitMs, () => finish(() => resolve('silent')));
    socket.once('connect', () => finish(() => resolve('connected')));
    socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
      const outcome = taken.has(code)
        ? 'port taken'
        : code === 'ECONNREFUSED' || code === 'ECONNRESET'
          ? 'refused'
          : 'silent';
      finish(() => resolve(outcome));
    });
  });
}
