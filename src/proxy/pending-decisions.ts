import type { RouteDecision, RouteDecisions } from '../model/network.js';

/** So many of a toxic wait for their asker, who comes every five seconds; the others are counted. */
const mostPending = 4_096;

interface Pending {
  decisions: RouteDecision[];
  unlisted: number;
}

/** What toxics decided and took effect, until the controller asks for it. */
export class PendingDecisions {
  readonly #byToxic = new Map<string, Pending>();
  /** The places of each toxic that are told of once. */
  readonly #toldOnce = new Map<string, Set<string>>();

  add(toxicId: string, decision: RouteDecision): void {
    let pending = this.#byToxic.get(toxicId);
    if (pending === undefined) {
      pending = { decisions: [], unlisted: 0 };
      this.#byToxic.set(toxicId, pending);
    }
    if (pending.decisions.length < mostPending) pending.decisions.push(decision);
    else pending.unlisted += 1;
  }

  /** That a toxic met a place, told the first time: how often something is tried again is not the toxic's choice. */
  addOnce(toxicId: string, site: string, effect: string): void {
    const told = this.#toldOnce.get(toxicId) ?? new Set();
    this.#toldOnce.set(toxicId, told);
    if (told.has(site)) return;
    if (told.size < mostPending) told.add(site);
    this.add(toxicId, { site, n: 0, effect });
  }

  /** Those of a toxic since they were last taken, in the order in which they took effect. */
  take(toxicId: string): RouteDecisions {
    const taken = this.#byToxic.get(toxicId) ?? { decisions: [], unlisted: 0 };
    this.#byToxic.delete(toxicId);
    return taken;
  }
}
