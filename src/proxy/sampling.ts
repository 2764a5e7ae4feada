import { connect } from 'node:net';
import { acceptedInlet } from './accepted-inlet.js';
import { Gate } from './gate.js';
import { eventInlet } from './inlet.js';
import type { Traffic } from './traffic.js';

/** The checker's own way through a route: a port under the route's toxics that leads to the checker's echo. */
export class Sampling implements AsyncDisposable {
  readonly #gate: Gate;
  /** Where the echo listens on 127.0.0.1; 0 before the checker has said so. */
  echoPort = 0;

  static async open(traffic: Traffic): Promise<Sampling> {
    const gate = await Gate.open({ host: '127.0.0.1', port: 0 }, (client) => {
      if (traffic.isCut) {
        // Accepted and never answered, as the target's own would be; the checker gives up by itself.
        client.on('end', () => client.destroy()).resume();
        return;
      }
      const upstream = connect({
        host: '127.0.0.1',
        port: sampling.echoPort,
        allowHalfOpen: true,
        noDelay: true,
      });
      traffic.begin(acceptedInlet(client), eventInlet(upstream), 'sample');
    });
    const sampling = new Sampling(gate);
    traffic.guard(gate);
    return sampling;
  }

  private constructor(gate: Gate) {
    this.#gate = gate;
  }

  get port(): number {
    return this.#gate.address.port;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#gate[Symbol.asyncDispose]();
  }
}
