import type { RouteStats } from '../model/network.js';

/** What one toxic acted on. */
class Tally {
  connections = 0;
  chunks = 0;
  readonly #seen = new WeakSet<object>();

  count(connection: object, chunks: number): void {
    this.chunks += chunks;
    if (this.#seen.has(connection)) return;
    this.#seen.add(connection);
    this.connections += 1;
  }
}

/** What passed a route; samples of the checker's own are given counters that nobody reads. */
export class RouteCounters {
  connections = 0;
  openConnections = 0;
  bytesFromTarget = 0;
  bytesToTarget = 0;
  suspensions = 0;
  /** Upstreams that could not be reached. */
  dialFailures = 0;
  readonly #all = new Tally();
  readonly #byToxic = new Map<string, Tally>();

  /** Counts chunks that a toxic acted on, and once their connection (or attempt to connect). */
  affect(toxicId: string, connection: object, chunks: number): void {
    this.#all.count(connection, chunks);
    let tally = this.#byToxic.get(toxicId);
    if (tally === undefined) {
      tally = new Tally();
      this.#byToxic.set(toxicId, tally);
    }
    tally.count(connection, chunks);
  }

  stats(): RouteStats {
    return {
      connections: this.connections,
      openConnections: this.openConnections,
      bytesFromTarget: this.bytesFromTarget,
      bytesToTarget: this.bytesToTarget,
      affectedConnections: this.#all.connections,
      affectedChunks: this.#all.chunks,
      byToxic: Object.fromEntries(
        [...this.#byToxic].map(([id, { connections, chunks }]) => [id, { connections, chunks }]),
      ),
      suspensions: this.suspensions,
    };
  }
}
