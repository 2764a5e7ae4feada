import type { RouteDecision, RouteDecisions } from '../model/network.js';

/** So many of a toxic wait for their asker, who comes every five seconds; the others are counted. */
const mostPending = 4_096;

interface Pending {
  decisions: RouteDecision[];
  unlisted: number;
}

/** The seeded choices of toxics that took effect, until the controller asks for them. */
export class PendingDecisions {
  readonly #byToxic = new Map<string, Pending>();

  add(toxicId: string, decision: RouteDecision): void {
    let pending = this.#byToxic.get(toxicId);
    if (pending === undefined) {
      pending = { decisions: [], unlisted: 0 };
      this.#byToxic.set(toxicId, pending);
    }
    if (pending.decisions.length < mostPending) pending.decisions.push(decision);
    else pending.unlisted += 1;
  }

  /** Those of a toxic since they were last taken, in the order in which they took effect. */
  take(toxicId: string): RouteDecisions {
    const taken = this.#byToxic.get(toxicId) ?? { decisions: [], unlisted: 0 };
    this.#byToxic.delete(toxicId);
    return taken;
  }
}
