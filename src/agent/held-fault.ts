import type { AgentFault } from '../model/agent-link.js';
import type { FiredDecision } from '../model/fault.js';
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
  #earlier: PlaceCounts = { inPlace: 0, matched: 0, fired: 0, felt: 0, feltMs: 0, pauses: 0 };

  constructor(id: string, fault: AgentFault, fired: (decision: FiredDecision) => void) {
    this.id = id;
    this.fault = fault;
    this.fired = fired;
  }

  saw(place: number, counts: PlaceCounts): void {
    this.#seen.set(place, counts);
  }

  /** It is no longer in a place: what was seen there last counts on, without what was in place. */
  left(place: number): void {
    const last = this.#seen.get(place);
    if (last === undefined) return;
    this.#seen.delete(place);
    this.#earlier = sum(this.#earlier, { ...last, inPlace: 0 });
  }

  paused(place: number): void {
    this.left(place);
    this.#earlier = { ...this.#earlier, pauses: this.#earlier.pauses + 1 };
  }

  counts(): PlaceCounts {
    return [...this.#seen.values()].reduce(sum, this.#earlier);
  }
}

function sum(a: PlaceCounts, b: PlaceCounts): PlaceCounts {
  const keys = Object.keys(a) as (keyof PlaceCounts)[];
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as unknown as PlaceCounts;
}
