import type { CorruptionOperator } from '../../model/corruption-operator.js';
import type { Decide } from '../../model/decide.js';
import type { FiredDecision } from '../../model/fired-decision.js';
import { chooseCorruption, type Corruption } from './choose-corruption.js';
import { CorruptionJournal, type Standing } from './corruption-journal.js';
import { corruptionText } from './corruption-text.js';
import { findSlots, type Slot, type SlotPlace } from './find-slots.js';
import { SeenValues } from './seen-values.js';

/** An object whose data is corrupted where it is. */
export interface StateRoot {
  /** Names the decisions: the component, or the module and its name in it. */
  readonly name: string;
  readonly value: object;
}

export interface LiveCorruptionOptions {
  /** Of the rule. */
  readonly name: string;
  readonly operators: readonly CorruptionOperator[];
  /** Chance of each place from 0 to 1; at least one is corrupted. */
  readonly rate: number;
  /** Default: all that are chosen. */
  readonly atMost?: number;
  readonly decide: Decide;
  readonly fired: (decision: FiredDecision) => void;
}

interface Candidate {
  readonly root: StateRoot;
  readonly slot: Slot;
  readonly place: SlotPlace;
  /** In the order in which its root was walked. */
  readonly n: number;
  readonly draw: number;
  readonly seen: SeenValues;
}

/** Data of live objects, corrupted in place until it is put back. */
export class LiveCorruption {
  readonly #options: LiveCorruptionOptions;
  readonly #journal = new CorruptionJournal();
  /** Objects that were met from an earlier root: each place is of one. */
  readonly #met = new WeakSet<object>();
  #written = 0;

  constructor(options: LiveCorruptionOptions) {
    this.#options = options;
  }

  /** How many places were corrupted. */
  get written(): number {
    return this.#written;
  }

  /** Corrupts further objects, each at no more than 5,000 places below it. */
  add(roots: readonly StateRoot[]): void {
    const { rate, atMost = Number.POSITIVE_INFINITY } = this.#options;
    const candidates = roots.flatMap((root) => this.#candidates(root)).toSorted((a, b) => a.draw - b.draw);
    // What is inside of something that was replaced as a whole is out of the program's sight.
    const replaced = new Set<object>();
    for (const candidate of candidates) {
      if (this.#written >= atMost || (candidate.draw >= rate && this.#written > 0)) return;
      if (!replaced.has(candidate.place.holder)) this.#corrupt(candidate, replaced);
    }
  }

  look(): Standing {
    return this.#journal.look();
  }

  /** Puts back what the program has not changed since. Idempotent. Returns what refuses. */
  restore(): readonly string[] {
    return this.#journal.restore();
  }

  #candidates(root: StateRoot): readonly Candidate[] {
    const { name, decide } = this.#options;
    const slots = findSlots(root.value);
    const seen = new SeenValues();
    seen.note(slots);
    const found = slots.flatMap((slot, n) => {
      if (slot.place === null || this.#met.has(slot.place.holder)) return [];
      return [{ root, slot, place: slot.place, n, draw: decide(`${name}/state`, root.name, n), seen }];
    });
    for (const { place } of found) this.#met.add(place.holder);
    return found;
  }

  #corrupt({ root, slot, place, n, seen }: Candidate, replaced: Set<object>): void {
    const { name, operators, decide, fired } = this.#options;
    const choice = chooseCorruption(
      slot,
      operators,
      {
        operator: decide(`${name}/state operator`, root.name, n),
        value: decide(`${name}/state value`, root.name, n),
      },
      () => ({ neighbours: seen.neighbours(slot) }),
    );
    if (choice === null) return;
    const at = { ...slot, path: `state${slot.path}` };
    if (this.#journal.write({ ...at, path: `${root.name}${slot.path}` }, place, choice.after) === null)
      return;
    this.#written += 1;
    noteReplaced(slot, choice, replaced);
    fired({ rule: name, site: root.name, n, effect: corruptionText(choice, at) });
  }
}

function noteReplaced({ value }: Slot, { after }: Corruption, replaced: Set<object>): void {
  if (typeof value !== 'object' || value === null || after === value) return;
  replaced.add(value);
  for (const { place } of findSlots(value)) if (place !== null) replaced.add(place.holder);
}
