import type { Decide } from '../model/decide.js';
import { Connection } from './connection.js';
import type { Inlet } from './inlet.js';
import type { Happening } from './proxy-event.js';
import type { ProxyToxic } from './proxy-toxic.js';
import type { RouteCounters } from './route-counters.js';
import { MessageStage } from './toxics/message-stage.js';
import { PassStage } from './toxics/pass-stage.js';
import type { Outlet, Stage } from './toxics/stage.js';

interface ConnectionWatch {
  readonly closed: (connection: ProxiedConnection) => void;
  readonly happened: (happening: Happening) => void;
}

/** One connection of a proxy, under those of its toxics whose roll it lost. There is one roll for each toxic. */
export class ProxiedConnection {
  readonly number: number;
  readonly client: string;
  readonly openedMs: number;
  readonly #connection: Connection;
  /** What the draws of its toxics hang on, beside the seed. */
  readonly #site: string;
  readonly #decide: Decide;
  readonly #tell: ConnectionWatch['happened'];
  readonly #rolled = new WeakMap<ProxyToxic, boolean>();
  readonly #hitBy = new Set<ProxyToxic>();

  /**
   * @param decide - of the proxy's seed
   * @param openedMs - on the wall clock
   */
  constructor(
    ends: { readonly client: Inlet; readonly upstream: Inlet },
    facts: { readonly proxy: string; readonly number: number; readonly openedMs: number },
    decide: Decide,
    counters: RouteCounters,
    watch: ConnectionWatch,
  ) {
    const { proxy, number, openedMs } = facts;
    this.number = number;
    this.openedMs = openedMs;
    this.client = `${ends.client.socket.remoteAddress ?? ''}:${ends.client.socket.remotePort ?? 0}`;
    this.#decide = decide;
    this.#tell = watch.happened;
    const { client, upstream } = ends;
    this.#site = siteOf(proxy, number);
    this.#connection = new Connection(client, upstream, counters, () => watch.closed(this));
  }

  get bytesUpstream(): number {
    return this.#connection.bytesFromTarget;
  }

  get bytesDownstream(): number {
    return this.#connection.bytesToTarget;
  }

  /** The names of the toxics that act on it. */
  get toxics(): readonly string[] {
    return [...this.#hitBy].map(({ name }) => name);
  }

  /** @param isNew - whether the connection came after the toxic */
  add(toxic: ProxyToxic, isNew: boolean): void {
    if (toxic.kind.acts !== 'on-bytes') return;
    this.#connection.addStage(toxic.way, toxic.name, this.#stage(toxic, isNew));
  }

  change(toxic: ProxyToxic): void {
    if (toxic.kind.acts !== 'on-bytes') return;
    const link = this.#connection.link(toxic.way);
    if (this.#hitBy.has(toxic) === this.#rollHits(toxic)) link.changeStage(toxic.name);
    else link.replaceStage(toxic.name, this.#stage(toxic, false));
  }

  remove(toxic: ProxyToxic): void {
    this.#hitBy.delete(toxic);
    this.#connection.removeToxic(toxic.name);
  }

  reset(): void {
    this.#connection.reset();
  }

  close(): void {
    this.#connection.close();
  }

  destroy(): void {
    this.#connection.destroy();
  }

  #stage(toxic: ProxyToxic, isNew: boolean): (outlet: Outlet) => Stage {
    const { kind } = toxic;
    if (kind.acts !== 'on-bytes' || !this.#rollHits(toxic)) {
      this.#hitBy.delete(toxic);
      return (outlet) => new PassStage(outlet);
    }
    this.#hitBy.add(toxic);
    const site = `${this.#site} ${toxic.name}`;
    const draws = (rule: string) => this.#decide.at(rule, site);
    const fired = (n: number, effect: string) =>
      this.#tell({ type: 'decision-fired', toxic: toxic.name, connection: this.number, n, effect });
    const how = toxic.onMessages;
    if (how === null) return (outlet) => kind.start(toxic, outlet, { draws, fired }, isNew);
    const roll = draws('message');
    return (outlet) =>
      new MessageStage(
        outlet,
        how,
        (n) => toxic.hits(roll(n)),
        fired,
        (inner, tell) => kind.start(toxic, inner, { draws, fired: tell }, true),
      );
  }

  #rollHits(toxic: ProxyToxic): boolean {
    if (toxic.onMessages !== null) return true;
    const isHit = rollHits(toxic, this.#decide, this.#site);
    if (this.#rolled.get(toxic) !== isHit) {
      this.#rolled.set(toxic, isHit);
      this.#tell({ type: 'connection-rolled', toxic: toxic.name, connection: this.number, isHit });
    }
    return isHit;
  }
}

/** What the draws of a connection hang on, beside the seed. */
export function siteOf(proxy: string, number: number): string {
  return `${proxy} conn#${number}`;
}

/** Whether a toxic acts on a connection. */
export function rollHits(toxic: ProxyToxic, decide: Decide, site: string): boolean {
  return toxic.hits(decide('toxicity', `${site} ${toxic.name}`, 0));
}
