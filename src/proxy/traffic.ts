import type { Toxic } from '../model/network.js';
import type { Peer } from '../model/peer.js';
import { matchesPeer } from '../model/peer-pattern.js';
import { systemClock } from '../model/system-clock.js';
import { Connection, type Way } from './connection.js';
import type { Gate } from './gate.js';
import type { Inlet } from './inlet.js';
import { addressText } from './listen-address.js';
import { NameLookups } from './name-lookups.js';
import { PendingDecisions } from './pending-decisions.js';
import { RouteCounters } from './route-counters.js';
import { admit, refuse } from './refuse.js';
import { connectionRate } from './toxics/connection-rate.js';
import type { Admission } from './toxics/toxic-kind.js';
import { stageFor } from './toxics/stage-for.js';

/** Whose connection it is: samples of the checker's own meet the same toxics and are not counted. */
export type Kind = 'target' | 'sample';

/** The connections of one route and the toxics that act on them. Changes are made one after the other. */
export class Traffic {
  readonly counters = new RouteCounters();
  readonly decisions = new PendingDecisions();
  readonly #component: string;
  readonly #toxics = new Map<string, Toxic>();
  /** The names that the target looks up, where it asks about them. */
  readonly lookups: NameLookups;
  readonly #connections = new Map<Connection, { readonly kind: Kind; readonly peer: Peer | null }>();
  readonly #gates = new Set<Gate>();
  /** How many connections each toxic met: they are numbered anew for it, so that a run like it has the same draws. */
  readonly #met = new Map<string, Record<Kind, number>>();
  /** Of the toxics that ration connections: the checker's own take nothing from the target. */
  readonly #doors = new Map<string, Record<Kind, (nowMs: number) => Admission>>();
  readonly #waiting = new Map<() => void, Peer | null>();
  #suspended: ReadonlyMap<string, Toxic> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(component: string) {
    this.#component = component;
    this.lookups = new NameLookups(this.#toxics, this.counters, (id, host, n, effect) =>
      this.decisions.add(id, { site: `${component} look-up of ${host}`, n, effect }),
    );
  }

  /** Gates that are shut while connections are refused. */
  guard(gate: Gate): void {
    this.#gates.add(gate);
  }

  /**
   * Joins the halves of a connection under the toxics of now.
   *
   * @param peer - null where all connections of the route go to one place
   */
  begin(client: Inlet, upstream: Inlet, kind: Kind, peer: Peer | null): Connection {
    const counters = kind === 'target' ? this.counters : new RouteCounters();
    counters.openConnections += 1;
    const connection = new Connection(client, upstream, counters, (closed) => {
      counters.openConnections -= 1;
      this.#connections.delete(closed);
    });
    this.#connections.set(connection, { kind, peer });
    for (const [id, toxic] of this.#toxics) {
      if (meets(toxic, peer)) this.#put(id, toxic, connection, kind, true);
    }
    return connection;
  }

  /** True while nothing of either direction gets through to a peer, so that no connection can be made. */
  isCut(peer: Peer | null): boolean {
    return this.#toxicsOn(peer).some(([, toxic]) => isCut(toxic));
  }

  isRefused(peer: Peer | null): boolean {
    return this.#toxicsOn(peer).some(([, { type }]) => type === 'refuse');
  }

  /** True when a new connection comes beyond a rate. It is taken for one: it counts in the rate, or as refused. */
  isBeyondRate(attempt: object, kind: Kind): boolean {
    let isBeyond = false;
    for (const [id, doors] of this.#doors) {
      if (doors[kind](systemClock.nowMs()) !== 'reset') continue;
      isBeyond = true;
      if (kind === 'target') this.counters.affect(id, attempt, 0);
    }
    return isBeyond;
  }

  /** Counts an attempt to connect that a cut holds back or that is refused. */
  countBlocked(attempt: object, peer: Peer | null): void {
    const site = `${this.#component} connect${peer === null ? '' : ` to ${addressText(peer)}`}`;
    for (const [id, toxic] of this.#toxicsOn(peer)) {
      if (toxic.type !== 'refuse' && !isCut(toxic)) continue;
      this.counters.affect(id, attempt, 0);
      this.decisions.addOnce(id, site, toxic.type === 'refuse' ? 'refused' : 'held back');
    }
  }

  /** The open connections of the target. */
  get connections(): readonly Connection[] {
    return [...this.#connections]
      .filter(([, { kind }]) => kind === 'target')
      .map(([connection]) => connection);
  }

  /** Calls back, once, as soon as the way to a peer is not cut or refuses: at once when that is so now. */
  onceDecided(peer: Peer | null, proceed: () => void): { readonly cancel: () => void } {
    if (this.#isDecided(peer)) proceed();
    else this.#waiting.set(proceed, peer);
    return { cancel: () => this.#waiting.delete(proceed) };
  }

  addToxic(id: string, toxic: Toxic): Promise<void> {
    return this.#inTurn(() => this.#add(id, toxic));
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
      const suspended = this.#suspended ?? new Map<string, Toxic>();
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

  async #add(id: string, toxic: Toxic): Promise<void> {
    if (this.#toxics.has(id)) return;
    this.#toxics.set(id, toxic);
    if (toxic.type === 'connection-rate') {
      const settings = { rate: toxic.perSecond, burst: toxic.burst };
      this.#doors.set(id, {
        target: connectionRate.door({ settings }),
        sample: connectionRate.door({ settings }),
      });
    }
    const met = [...this.#connections].filter(([, { peer }]) => meets(toxic, peer));
    if (toxic.type === 'refuse') {
      for (const [, { kind }] of met) {
        const name = this.#meet(id, kind);
        if (kind === 'target') this.decisions.addOnce(id, name, 'reset');
      }
      await refuse(
        id,
        shutsGates(toxic) ? this.#gates : [],
        met.map(([connection]) => connection),
      );
      this.#decide();
    } else {
      for (const [connection, { kind }] of met) this.#put(id, toxic, connection, kind, false);
    }
  }

  async #remove(id: string): Promise<void> {
    const toxic = this.#toxics.get(id);
    if (toxic === undefined) return;
    this.#toxics.delete(id);
    this.#doors.delete(id);
    if (toxic.type === 'refuse') {
      try {
        if (![...this.#toxics.values()].some(shutsGates)) await admit(this.#gates);
      } catch (error) {
        // Not off while a port is not taken back: the next removal is to try again.
        this.#toxics.set(id, toxic);
        throw error;
      }
    } else {
      for (const connection of this.#connections.keys()) connection.removeToxic(id);
      this.lookups.release(id);
    }
    this.#decide();
  }

  /** Puts a toxic on both ways of a connection. */
  #put(id: string, toxic: Toxic, connection: Connection, kind: Kind, isNew: boolean): void {
    const name = this.#meet(id, kind);
    const isTold = kind === 'target';
    for (const way of ways) {
      const make = stageFor(toxic, way, name, isNew, {
        chunk: (n, effect) => {
          if (isTold) this.decisions.add(id, { site: `${name}/${way}`, n, effect });
        },
        connection: (effect) => {
          if (isTold) this.decisions.addOnce(id, name, effect);
        },
      });
      if (make !== null) connection.addStage(way, id, make);
    }
  }

  /** @returns what a toxic knows a connection by */
  #meet(id: string, kind: Kind): string {
    const met = this.#met.get(id) ?? { target: 0, sample: 0 };
    this.#met.set(id, met);
    const name = `${this.#component} ${kind === 'target' ? 'conn' : 'sample'}#${met[kind]}`;
    met[kind] += 1;
    return name;
  }

  #decide(): void {
    for (const [proceed, peer] of this.#waiting) {
      if (!this.#isDecided(peer)) continue;
      this.#waiting.delete(proceed);
      proceed();
    }
  }

  #isDecided(peer: Peer | null): boolean {
    return !this.isCut(peer) || this.isRefused(peer);
  }

  #toxicsOn(peer: Peer | null): readonly (readonly [id: string, toxic: Toxic])[] {
    return [...this.#toxics].filter(([, toxic]) => meets(toxic, peer));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function isCut(toxic: Toxic): boolean {
  return toxic.type === 'drop' && toxic.direction === 'both';
}

/** True when nobody at all may connect. */
function shutsGates(toxic: Toxic): boolean {
  return toxic.type === 'refuse' && toxic.peers === undefined;
}

function meets(toxic: Toxic, peer: Peer | null): boolean {
  if (!('peers' in toxic) || toxic.peers === undefined) return true;
  return peer !== null && toxic.peers.some((pattern) => matchesPeer(pattern, peer));
}

const ways: readonly Way[] = ['from-target', 'to-target'];
