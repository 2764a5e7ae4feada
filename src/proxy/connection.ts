import type { Socket } from 'node:net';
import type { Toxic } from '../model/network.js';
import { Link } from './link.js';
import { reset } from './reset.js';
import type { RouteCounters } from './route-counters.js';
import { stageFor } from './toxics/stage-for.js';

/** A connection of the target and its other half to the upstream, joined by one link each way. */
export class Connection {
  readonly counters: RouteCounters;
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #site: string;
  readonly #fromTarget: Link;
  readonly #toTarget: Link;
  #passedBytes = 0;
  #awaitsAnswer = false;

  /**
   * @param upstream - may still have to connect
   * @param site - names the connection; the seeded draws of its toxics hang on it
   * @param onClosed - called once, when both halves are gone
   */
  constructor(
    client: Socket,
    upstream: Socket,
    site: string,
    counters: RouteCounters,
    onClosed: (connection: Connection) => void,
  ) {
    this.#client = client;
    this.#upstream = upstream;
    this.#site = site;
    this.counters = counters;
    const acted = (toxicId: string) => counters.affect(toxicId, this, 1);
    this.#fromTarget = new Link(client, upstream, {
      acted,
      passed: (bytes) => {
        counters.bytesFromTarget += bytes;
        this.#passedBytes += bytes;
        this.#awaitsAnswer = true;
      },
    });
    this.#toTarget = new Link(upstream, client, {
      acted,
      passed: (bytes) => {
        counters.bytesToTarget += bytes;
        this.#passedBytes += bytes;
        this.#awaitsAnswer = false;
      },
    });
    let open = 2;
    const closed = () => {
      open -= 1;
      if (open === 0) onClosed(this);
    };
    client.once('close', closed);
    upstream.once('close', closed);
  }

  addToxic(id: string, toxic: Toxic): void {
    const onFromTarget = stageFor(toxic, 'from-target', `${this.#site}/from-target`);
    const onToTarget = stageFor(toxic, 'to-target', `${this.#site}/to-target`);
    if (onFromTarget !== null) this.#fromTarget.addStage(id, onFromTarget);
    if (onToTarget !== null) this.#toTarget.addStage(id, onToTarget);
  }

  /** What the toxic held passes at once; a connection in whose stream it made a hole is reset. */
  removeToxic(id: string): void {
    if (this.#fromTarget.hasHole(id) || this.#toTarget.hasHole(id)) this.reset();
    this.#fromTarget.removeStage(id);
    this.#toTarget.removeStage(id);
  }

  /** Resets both halves at once. */
  reset(): void {
    reset(this.#client);
    reset(this.#upstream);
  }

  /** Ends both halves properly, after what was written to them. */
  end(): void {
    this.#client.end();
    if (this.#upstream.pending) this.#upstream.destroy();
    else this.#upstream.end();
  }

  /** True when the last bytes came from the target: it is waiting for an answer. */
  get awaitsAnswer(): boolean {
    return this.#awaitsAnswer;
  }

  /** Bytes that passed in either direction: unchanged means quiet. */
  get passedBytes(): number {
    return this.#passedBytes;
  }
}
