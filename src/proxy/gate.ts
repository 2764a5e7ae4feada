import { once } from 'node:events';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { ChaosError } from '../model/chaos-error.js';
import type { Address } from '../model/network.js';
import { systemClock } from '../model/system-clock.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import { listen } from './listen.js';
import { reset } from './reset.js';

/** The keeper is a connection on loopback: if it takes longer, we shut without it. */
const keeperWithinMs = 250;
const reopenWithinMs = 3_000;
const reopenEveryMs = 10;

/** A listening port that can be shut, so that connects to it are refused, and opened again on the same port. */
export class Gate implements AsyncDisposable {
  readonly address: Address;
  readonly #onConnection: (socket: Socket) => void;
  #server: Server;
  #state: 'open' | 'shutting' | 'shut' = 'open';
  /** Accepted while shutting: one of them is the keeper's, the others are to be reset. */
  readonly #undecided = new Set<Socket>();
  #keeper: readonly Socket[] = [];

  /**
   * Opens a gate; port 0 means any free one.
   *
   * @throws ChaosError PROXY_FAILED when it cannot listen there
   */
  static async open(address: Address, onConnection: (socket: Socket) => void): Promise<Gate> {
    try {
      const gate = new Gate(address, onConnection, await listen(address));
      return gate;
    } catch (cause) {
      throw new ChaosError(
        'PROXY_FAILED',
        `the proxy cannot listen on ${address.host}:${address.port}: ${String(cause)}`,
        {
          cause,
        },
      );
    }
  }

  private constructor(address: Address, onConnection: (socket: Socket) => void, server: Server) {
    this.#onConnection = onConnection;
    this.#server = server;
    this.address = { host: address.host, port: (server.address() as AddressInfo).port };
    this.#serve();
  }

  /** Resolves once connects are refused. */
  async shut(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'shutting';
    this.#keeper = await this.#keepPort();
    this.#server.close();
    this.#state = 'shut';
    for (const socket of this.#undecided) reset(socket);
    this.#undecided.clear();
  }

  /**
   * Resolves once connections are taken again.
   *
   * @throws ChaosError PROXY_FAILED when another program took the port meanwhile and keeps it
   */
  async reopen(): Promise<void> {
    if (this.#state !== 'shut') return;
    const { signal } = new AbortController();
    const lastTryMs = systemClock.nowMs() + reopenWithinMs;
    for (;;) {
      try {
        this.#server = await listen(this.address);
        break;
      } catch (cause) {
        if (systemClock.nowMs() > lastTryMs) {
          const { host, port } = this.address;
          throw new ChaosError(
            'PROXY_FAILED',
            `the proxy cannot listen on ${host}:${port} again: ${String(cause)}`,
            {
              cause,
            },
          );
        }
        await systemClock.sleep(reopenEveryMs, signal);
      }
    }
    this.#state = 'open';
    this.#serve();
    for (const socket of this.#keeper) reset(socket);
    this.#keeper = [];
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#state = 'shut';
    this.#server.close();
    for (const socket of [...this.#keeper, ...this.#undecided]) reset(socket);
    return Promise.resolve();
  }

  #serve(): void {
    this.#server.on('connection', (socket) => {
      socket.on('error', () => {
        // The connection's links see it too; here it only must not be unheard.
      });
      if (this.#state === 'open') this.#onConnection(socket);
      else if (this.#state === 'shutting') this.#undecided.add(socket);
      else reset(socket);
    });
  }

  /**
   * A connection to ourselves that stays open while the gate is shut. As long as one of its ends has our port,
   * the system gives that port to nobody who asks for any free one.
   */
  async #keepPort(): Promise<readonly Socket[]> {
    const host = ({ '0.0.0.0': '127.0.0.1', '::': '::1' } as Record<string, string>)[this.address.host];
    const near = connect({ host: host ?? this.address.host, port: this.address.port });
    near.on('error', () => {
      // Without a keeper the port may be lost: `reopen` says so then.
    });
    const far = () => [...this.#undecided].find((socket) => socket.remotePort === near.localPort);
    const giveUp = timeoutSignal(keeperWithinMs);
    try {
      await once(near, 'connect', { signal: giveUp });
      while (far() === undefined) await once(this.#server, 'connection', { signal: giveUp });
    } catch {
      near.destroy();
      return [];
    }
    const kept = far();
    if (kept === undefined) return [near];
    this.#undecided.delete(kept);
    // Never read otherwise: an end of the other side must still be seen.
    return [near.resume(), kept.resume()];
  }
}
