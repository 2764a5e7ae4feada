import { connect, type Socket } from 'node:net';
import type { Peer } from '../model/peer.js';
import { acceptedInlet } from './accepted-inlet.js';
import { Gate } from './gate.js';
import { eventInlet } from './inlet.js';
import { reset } from './reset.js';
import type { Traffic } from './traffic.js';

/** The checker's own way through a route: ports under the route's toxics that lead to the checker's echo. */
export class Sampling implements AsyncDisposable {
  readonly #traffic: Traffic;
  /** By what their connections count as going to. */
  readonly #gates = new Map<string, Promise<Gate>>();
  /** Where the echo listens on 127.0.0.1; 0 before the checker has said so. */
  echoPort = 0;

  static async open(traffic: Traffic): Promise<Sampling> {
    const sampling = new Sampling(traffic);
    // At once: a port that opens while connections are refused would not refuse them.
    await sampling.portFor(null);
    return sampling;
  }

  private constructor(traffic: Traffic) {
    this.#traffic = traffic;
  }

  /** The port whose connections meet what those to a peer meet; without one, what meets all. */
  async portFor(peer: Peer | null): Promise<number> {
    const key = JSON.stringify(peer);
    const opening = this.#gates.get(key) ?? this.#open(peer);
    this.#gates.set(key, opening);
    return (await opening).address.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#gates.values()].map(async (gate) => (await gate)[Symbol.asyncDispose]()));
  }

  async #open(peer: Peer | null): Promise<Gate> {
    const gate = await Gate.open({ host: '127.0.0.1', port: 0 }, (client) => this.#accept(client, peer));
    if (peer === null) this.#traffic.guard(gate);
    return gate;
  }

  #accept(client: Socket, peer: Peer | null): void {
    const traffic = this.#traffic;
    if (traffic.isRefused(peer) || traffic.isBeyondRate(client, 'sample')) {
      reset(client);
      return;
    }
    if (traffic.isCut(peer)) {
      // Accepted and never answered, as the target's own would be; the checker gives up by itself.
      client.on('end', () => client.destroy()).resume();
      return;
    }
    const upstream = connect({ host: '127.0.0.1', port: this.echoPort, allowHalfOpen: true, noDelay: true });
    traffic.begin(acceptedInlet(client), eventInlet(upstream), 'sample', peer);
  }
}
