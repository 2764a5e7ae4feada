import type { Toxic } from '../model/network.js';
import { Connection, type Way } from './connection.js';
import type { Gate } from './gate.js';
import type { Inlet } from './inlet.js';
import { PendingDecisions } from './pending-decisions.js';
import { RouteCounters } from './route-counters.js';
import { admit, refuse } from './refuse.js';
import { stageFor } from './toxics/stage-for.js';

/** Whose connection it is: samples of the checker's own meet the same toxics and are not counted. */
export type Kind = 'target' | 'sample';

const ways: readonly Way[] = ['from-target', 'to-target'];

/** A toxic, and how many connections met it: they are numbered anew for each, so that a run like it has the same draws. */
interface ActiveToxic {
  readonly toxic: Toxic;
  readonly met: Record<Kind, number>;
}

/** The connections of one route and the toxics that act on them. Changes are made one after the other. */
export class Traffic {
  readonly counters = new RouteCounters();
  readonly decisions = new PendingDecisions();
  readonly #component: string;
  readonly #toxics = new Map<string, ActiveToxic>();
  readonly #connections = new Map<Connection, Kind>();
  readonly #gates = new Set<Gate>();
  readonly #waiting = new Set<() => void>();
  #suspended: ReadonlyMap<string, ActiveToxic> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(component: string) {
    this.#component = component;
  }

  /** Gates that are shut while connections are refused. */
  guard(gate: Gate): void {
    this.#gates.add(gate);
  }

  /** Joins the halves of a connection under the toxics of now. */
  begin(client: Inlet, upstream: Inlet, kind: Kind): Connection {
    const counters = kind === 'target' ? this.counters : new RouteCounters();
    counters.openConnections += 1;
    const connection = new Connection(client, upstream, counters, (closed) => {
      counters.openConnections -= 1;
      this.#connections.delete(closed);
    });
    this.#connections.set(connection, kind);
    for (const id of this.#toxics.keys()) this.#put(id, connection, kind);
    return connection;
  }

  /** True while nothing of either direction gets through, so that no connection can be made. */
  get isCut(): boolean {
    return [...this.#toxics.values()].some(
      ({ toxic }) => toxic.type === 'drop' && toxic.direction === 'both',
    );
  }

  get isRefused(): boolean {
    return [...this.#toxics.values()].some(({ toxic }) => toxic.type === 'refuse');
  }

  /** Counts an attempt to connect that a cut holds back or that is refused. */
  countBlocked(attempt: object): void {
    for (const [id, { toxic }] of this.#toxics) {
      if (toxic.type === 'refuse' || (toxic.type === 'drop' && toxic.direction === 'both')) {
        this.counters.affect(id, attempt, 0);
      }
    }
  }

  /** The open connections of the target. */
  get connections(): readonly Connection[] {
    return [...this.#connections].filter(([, kind]) => kind === 'target').map(([connection]) => connection);
  }

  /** Calls back, once, as soon as the traffic is not cut or refuses: at once when that is so now. */
  onceDecided(proceed: () => void): { readonly cancel: () => void } {
    if (!this.isCut || this.isRefused) proceed();
    else this.#waiting.add(proceed);
    return { cancel: () => this.#waiting.delete(proceed) };
  }

  addToxic(id: string, toxic: Toxic): Promise<void> {
    return this.#inTurn(() => this.#add(id, { toxic, met: { target: 0, sample: 0 } }));
  }

  removeToxic(id: string): Promise<void> {
    return this.#inTurn(() => this.#remove(id));
  }

  /** Takes all toxics off until `resume`, because nobody renewed the lease. */
  suspend(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#suspended !== undefined || this.#toxics.size === 0) return;
      this.#suspended = new Map(this.#toxics);
      this.counters.suspensions += 1;
      for (const id of this.#suspended.keys()) await this.#remove(id);
    });
  }

  /** Puts the suspended toxics back. @returns their ids */
  resume(): Promise<readonly string[]> {
    return this.#inTurn(async () => {
      const suspended = this.#suspended ?? new Map<string, ActiveToxic>();
      this.#suspended = undefined;
      for (const [id, toxic] of suspended) await this.#add(id, toxic);
      return [...suspended.keys()];
    });
  }

  /** Takes everything off for good. */
  clear(): Promise<void> {
    return this.#inTurn(async () => {
      this.#suspended = undefined;
      for (const id of this.#toxics.keys()) await this.#remove(id);
    });
  }

  async #add(id: string, active: ActiveToxic): Promise<void> {
    if (this.#toxics.has(id)) return;
    this.#toxics.set(id, active);
    if (active.toxic.type === 'refuse') {
      await refuse(id, this.#gates, this.#connections.keys());
      this.#decide();
    } else {
      for (const [connection, kind] of this.#connections) this.#put(id, connection, kind);
    }
  }

  async #remove(id: string): Promise<void> {
    const active = this.#toxics.get(id);
    if (active === undefined) return;
    this.#toxics.delete(id);
    if (active.toxic.type === 'refuse') {
      try {
        if (!this.isRefused) await admit(this.#gates);
      } catch (error) {
        // Not off while a port is not taken back: the next removal is to try again.
        this.#toxics.set(id, active);
        throw error;
      }
    } else {
      for (const connection of this.#connections.keys()) connection.removeToxic(id);
    }
    this.#decide();
  }

  /** Puts a toxic on both ways of a connection. */
  #put(id: string, connection: Connection, kind: Kind): void {
    const active = this.#toxics.get(id);
    if (active === undefined) return;
    const { toxic, met } = active;
    const site = `${this.#component} ${kind === 'target' ? 'conn' : 'sample'}#${met[kind]}`;
    met[kind] += 1;
    for (const way of ways) {
      const fired = (n: number, effect: string) => {
        if (kind === 'target') this.decisions.add(id, { site: `${site}/${way}`, n, effect });
      };
      const make = stageFor(toxic, way, `${site}/${way}`, fired);
      if (make !== null) connection.addStage(way, id, make);
    }
  }

  #decide(): void {
    if (this.isCut && !this.isRefused) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const proceed of waiting) proceed();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
