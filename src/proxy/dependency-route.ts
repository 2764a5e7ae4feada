import type { Socket } from 'node:net';
import type { Address } from '../model/network.js';
import { acceptedInlet } from './accepted-inlet.js';
import { Gate } from './gate.js';
import { reset } from './reset.js';
import { Sampling } from './sampling.js';
import { Traffic } from './traffic.js';
import { upstreamSocket } from './upstream-socket.js';

/** A port in front of one dependency. */
export class DependencyRoute implements AsyncDisposable {
  readonly traffic: Traffic;
  readonly sampling: Sampling;
  readonly listen: Address;
  readonly #gate: Gate;

  /** @throws ChaosError PROXY_FAILED when it cannot listen there */
  static async open(component: string, upstream: Address, listen: Address): Promise<DependencyRoute> {
    const traffic = new Traffic(component);
    const gate = await Gate.open(listen, (client) => accept(traffic, client, upstream));
    traffic.guard(gate);
    return new DependencyRoute(traffic, gate, await Sampling.open(traffic));
  }

  private constructor(traffic: Traffic, gate: Gate, sampling: Sampling) {
    this.traffic = traffic;
    this.sampling = sampling;
    this.listen = gate.address;
    this.#gate = gate;
  }

  /** Connections that are open go on. */
  stopListening(): Promise<void> {
    return this.#gate[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#gate[Symbol.asyncDispose](), this.sampling[Symbol.asyncDispose]()]);
  }
}

/** Takes the client at once: what it sends before the upstream has answered waits under back-pressure. */
function accept(traffic: Traffic, client: Socket, address: Address): void {
  traffic.counters.connections += 1;
  if (traffic.isBeyondRate(client, 'target')) {
    reset(client);
    return;
  }
  const inlet = acceptedInlet(client);
  const upstream = upstreamSocket();
  const connection = traffic.begin(inlet, upstream, 'target', null);
  traffic.countBlocked(connection, null);
  const waiting = traffic.onceDecided(null, () => {
    if (!upstream.socket.destroyed) upstream.socket.connect({ ...address });
  });
  inlet.socket.once('close', waiting.cancel);
}
