import type { Socket } from 'node:net';
import type { Inlet } from './inlet.js';
import { Link } from './link.js';
import { reset } from './reset.js';
import type { RouteCounters } from './route-counters.js';
import type { Outlet, Stage } from './toxics/stage.js';

/** One way through a connection, seen from the target, which is the client of the proxy. */
export type Way = 'from-target' | 'to-target';

/** A connection of the target and its other half to the upstream, joined by one link each way. */
export class Connection {
  readonly counters: RouteCounters;
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #links: Readonly<Record<Way, Link>>;
  #bytesFromTarget = 0;
  #bytesToTarget = 0;
  #awaitsAnswer = false;

  /**
   * @param upstream - may still have to connect
   * @param onClosed - called once, when both halves are gone
   */
  constructor(
    client: Inlet,
    upstream: Inlet,
    counters: RouteCounters,
    onClosed: (connection: Connection) => void,
  ) {
    this.#client = client.socket;
    this.#upstream = upstream.socket;
    this.counters = counters;
    const report = {
      acted: (toxicId: string) => counters.affect(toxicId, this, 1),
      close: () => this.close(),
      abort: () => this.reset(),
    };
    const fromTarget = new Link(client, upstream.socket, {
      ...report,
      passed: (bytes) => {
        counters.bytesFromTarget += bytes;
        this.#bytesFromTarget += bytes;
        this.#awaitsAnswer = true;
      },
    });
    const toTarget = new Link(upstream, client.socket, {
      ...report,
      passed: (bytes) => {
        counters.bytesToTarget += bytes;
        this.#bytesToTarget += bytes;
        this.#awaitsAnswer = false;
      },
    });
    this.#links = { 'from-target': fromTarget, 'to-target': toTarget };
    let open = 2;
    const closed = () => {
      open -= 1;
      if (open === 0) onClosed(this);
    };
    client.socket.once('close', closed);
    upstream.socket.once('close', closed);
  }

  link(way: Way): Link {
    return this.#links[way];
  }

  addStage(way: Way, toxicId: string, make: (outlet: Outlet) => Stage): void {
    this.#links[way].addStage(toxicId, make);
  }

  /** What the toxic held passes at once; a connection in whose stream it made a hole is reset. */
  removeToxic(id: string): void {
    const links = Object.values(this.#links);
    if (links.some((link) => link.hasHole(id))) this.reset();
    for (const link of links) link.removeStage(id);
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

  /** Closes both halves, after what was written to them; what toxics hold is lost, and nothing is read any more. */
  close(): void {
    for (const link of Object.values(this.#links)) link.stop();
    for (const socket of [this.#client, this.#upstream]) {
      if (socket.pending) socket.destroy();
      else socket.pause().destroySoon();
    }
  }

  /** Closes both halves at once; what was not sent yet is lost. */
  destroy(): void {
    this.#client.destroy();
    this.#upstream.destroy();
  }

  /** True when the last bytes came from the target: it is waiting for an answer. */
  get awaitsAnswer(): boolean {
    return this.#awaitsAnswer;
  }

  get bytesFromTarget(): number {
    return this.#bytesFromTarget;
  }

  get bytesToTarget(): number {
    return this.#bytesToTarget;
  }

  /** Bytes that passed in either direction: unchanged means quiet. */
  get passedBytes(): number {
    return this.#bytesFromTarget + this.#bytesToTarget;
  }
}
