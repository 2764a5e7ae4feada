import type { AgentFault } from '../model/agent-link.js';
import type { FiredDecision } from '../model/fault.js';
import { countsOfEarlier, noCounts, sumCounts } from './place-counts.js';
import type { PlaceCounts } from './protocol.js';

/** A fault that a controller holds in agents, and what they saw of it. */
export class HeldFault {
  readonly id: string;
  readonly fault: AgentFault;
  readonly fired: (decision: FiredDecision) => void;
  /** It is being taken off, or was. */
  isOver = false;
  /** By the number of the place. */
  readonly #seen = new Map<number, PlaceCounts>();
  /** Of places that it is no longer in. */
  #earlier: PlaceCounts;
  #latestLeft: PlaceCounts | null = null;

  constructor(id: string, fault: AgentFault, fired: (decision: FiredDecision) => void) {
    this.id = id;
    this.fault = fault;
    this.fired = fired;
    this.#earlier = noCounts(fault.kind);
  }

  saw(place: number, counts: PlaceCounts): void {
    this.#seen.set(place, counts);
  }

  /** It is no longer in a place: what was seen there last counts on, without what was in place. */
  left(place: number): void {
    const last = this.#seen.get(place);
    if (last === undefined) return;
    this.#seen.delete(place);
    if ('inPlace' in last && last.inPlace > 0) this.#latestLeft = last;
    this.#earlier = sumCounts(this.#earlier, countsOfEarlier(last));
  }

  paused(place: number): void {
    this.left(place);
    this.#earlier = { ...this.#earlier, pauses: this.#earlier.pauses + 1 };
  }

  /** All that the latest place said of it that it is no longer in; null: it was in none. */
  latestLeft(): PlaceCounts | null {
    return this.#latestLeft;
  }

  counts(): PlaceCounts {
    return [...this.#seen.values()].reduce(sumCounts, this.#earlier);
  }
}
