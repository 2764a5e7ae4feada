import type { Socket } from 'node:net';
import type { DialAnswer, DialRequest } from '../model/dialer.js';
import type { Peer } from '../model/peer.js';
import { systemClock } from '../model/system-clock.js';
import { acceptedInlet } from './accepted-inlet.js';
import { failuresOf, refusalOf } from './connect-failures.js';
import { connectOptions } from './connect-options.js';
import { Gate } from './gate.js';
import type { Inlet } from './inlet.js';
import { reset } from './reset.js';
import { Sampling } from './sampling.js';
import { Traffic } from './traffic.js';
import { upstreamSocket } from './upstream-socket.js';

/** A connection to the gate that nobody claims in this time is a stranger's. */
const claimWithinMs = 5_000;
/** Of destinations that do not answer, a route that ends waits no longer than this. */
const lastClaimsMs = 2_000;

/**
 * The way out of a process whose connects are redirected: dials for it, and hands out what was dialled on one port.
 *
 * A claim says which connection to the gate is for which dial, by its remote port; either may come first.
 */
export class OutgoingRoute implements AsyncDisposable {
  readonly traffic: Traffic;
  readonly sampling: Sampling;
  readonly #gate: Gate;
  readonly #dials = new Map<number, { readonly inlet: Inlet; readonly peer: Peer }>();
  readonly #claims = new Map<number, number>();
  readonly #unclaimed = new Map<number, Socket>();

  static async open(component: string): Promise<OutgoingRoute> {
    const traffic = new Traffic(component);
    const gate = await Gate.open({ host: '127.0.0.1', port: 0 }, (client) => route.#accept(client));
    const route = new OutgoingRoute(traffic, gate, await Sampling.open(traffic));
    return route;
  }

  private constructor(traffic: Traffic, gate: Gate, sampling: Sampling) {
    this.traffic = traffic;
    this.sampling = sampling;
    this.#gate = gate;
  }

  get port(): number {
    return this.#gate.address.port;
  }

  /** Connects, as far as the toxics let it; an abandoned dial answers `unavailable`. */
  dial(dial: number, request: DialRequest): Promise<DialAnswer> {
    const { peer } = request;
    this.traffic.counters.connections += 1;
    if (this.traffic.isBeyondRate(request, 'target'))
      return Promise.resolve({ outcome: 'failed', failures: failuresOf(refusalOf(request)) });
    this.traffic.countBlocked(request, peer);
    const inlet = upstreamSocket();
    const upstream = inlet.socket;
    // What comes before the claim waits in the kernel.
    upstream.pause();
    return new Promise((resolve) => {
      upstream.once('connect', () => {
        if (this.traffic.isRefused(peer)) upstream.destroy(refusalOf(request));
        else resolve({ outcome: 'connected', dial, localPort: upstream.localPort ?? 0 });
      });
      upstream.once('error', (error) => {
        resolve({ outcome: 'failed', failures: failuresOf(error) });
      });
      upstream.once('close', () => {
        waiting.cancel();
        this.#dials.delete(dial);
        resolve({ outcome: 'unavailable' });
      });
      const waiting = this.traffic.onceDecided(peer, () => {
        if (upstream.destroyed) return;
        if (this.traffic.isRefused(peer)) upstream.destroy(refusalOf(request));
        else upstream.connect(connectOptions(request));
      });
      this.#dials.set(dial, { inlet, peer });
    });
  }

  claim(dial: number, localPort: number): void {
    const client = this.#unclaimed.get(localPort);
    if (client === undefined) {
      this.#claims.set(localPort, dial);
      return;
    }
    this.#unclaimed.delete(localPort);
    this.#join(client, dial);
  }

  /** Closes what was dialled and not joined; a claim for it is forgotten, so that no later connection takes it. */
  abandon(dial: number): void {
    this.#dials.get(dial)?.inlet.socket.destroy();
    for (const [port, claimed] of this.#claims) if (claimed === dial) this.#claims.delete(port);
  }

  /** Connections that are open go on, and what was dialled may still be claimed for a while. */
  async stopListening(): Promise<void> {
    const never = new AbortController().signal;
    const endsAtMs = systemClock.nowMs() + lastClaimsMs;
    while (this.#dials.size > 0 && systemClock.nowMs() < endsAtMs) await systemClock.sleep(20, never);
    await this.#gate[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { inlet } of this.#dials.values()) inlet.socket.destroy();
    await Promise.all([this.#gate[Symbol.asyncDispose](), this.sampling[Symbol.asyncDispose]()]);
  }

  #accept(client: Socket): void {
    const port = client.remotePort ?? 0;
    const dial = this.#claims.get(port);
    if (dial !== undefined) {
      this.#claims.delete(port);
      this.#join(client, dial);
      return;
    }
    this.#unclaimed.set(port, client);
    const giveUp = setTimeout(() => {
      if (this.#unclaimed.get(port) === client) reset(client);
    }, claimWithinMs);
    client.once('close', () => {
      clearTimeout(giveUp);
      if (this.#unclaimed.get(port) === client) this.#unclaimed.delete(port);
    });
  }

  #join(client: Socket, dial: number): void {
    const dialled = this.#dials.get(dial);
    this.#dials.delete(dial);
    // Lost while it waited for its claim, or refused since.
    if (dialled === undefined || dialled.inlet.socket.destroyed || this.traffic.isRefused(dialled.peer)) {
      reset(client);
      if (dialled !== undefined) reset(dialled.inlet.socket);
      return;
    }
    this.traffic.begin(acceptedInlet(client), dialled.inlet, 'target', dialled.peer);
    dialled.inlet.socket.resume();
  }
}
