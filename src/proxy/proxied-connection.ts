import type { Decide } from '../model/decide.js';
import { Connection } from './connection.js';
import type { Inlet } from './inlet.js';
import type { ProxyToxic } from './proxy-toxic.js';
import type { RouteCounters } from './route-counters.js';
import { PassStage } from './toxics/pass-stage.js';
import type { Outlet, Stage } from './toxics/stage.js';

/** One connection of a proxy, under those of its toxics whose roll it lost. There is one roll for each toxic. */
export class ProxiedConnection {
  readonly number: number;
  readonly client: string;
  readonly openedMs: number;
  readonly #connection: Connection;
  readonly #decide: Decide;
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
    onClosed: (connection: ProxiedConnection) => void,
  ) {
    const { proxy, number, openedMs } = facts;
    this.number = number;
    this.openedMs = openedMs;
    this.client = `${ends.client.socket.remoteAddress ?? ''}:${ends.client.socket.remotePort ?? 0}`;
    this.#decide = decide;
    const { client, upstream } = ends;
    this.#connection = new Connection(client, upstream, siteOf(proxy, number), counters, () =>
      onClosed(this),
    );
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
    const site = `${this.#connection.site} ${toxic.name}`;
    return (outlet) => kind.start(toxic, outlet, (rule) => this.#decide.at(rule, site), isNew);
  }

  #rollHits(toxic: ProxyToxic): boolean {
    return rollHits(toxic, this.#decide, this.#connection.site);
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
