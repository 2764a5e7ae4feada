import type { Slot, SlotPlace } from './find-slots.js';

/** One value that was written over another. */
export interface JournalEntry {
  readonly place: SlotPlace;
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What a look at the places of a journal sees. */
export interface Standing {
  /** Places that hold what was written there. */
  readonly standing: number;
  /** Places that the program has given another value since. */
  readonly changedSince: number;
}

/**
 * What was written over what, so that it can be put back exactly: only values of places that were there, which keep their
 * order and attributes. A place holds one corruption at a time, so that changes may be put back in any order.
 */
export class CorruptionJournal {
  readonly #entries = new Set<JournalEntry>();
  readonly #byPlace = new Map<object, Map<unknown, JournalEntry>>();
  readonly #limit: number;
  /** Of entries that are put back, or were written over. */
  #changedSince = 0;

  /** @param limit - how many changes are kept, with the objects they are in; no more are made. Default 10,000 */
  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  /** Null, with nothing changed, when the place refuses, holds a corruption already, or the journal is full. */
  write({ path, value: before }: Slot, place: SlotPlace, after: unknown): JournalEntry | null {
    const known = this.#byPlace.get(place.holder)?.get(place.key);
    if (known !== undefined) {
      if (holds(place, known.after)) return null;
      this.#changedSince += 1;
      this.#forget(known);
    }
    if (this.#entries.size >= this.#limit || !put(place, after)) return null;
    const entry: JournalEntry = { place, path, before, after };
    this.#entries.add(entry);
    const ofHolder = this.#byPlace.get(place.holder) ?? new Map<unknown, JournalEntry>();
    this.#byPlace.set(place.holder, ofHolder.set(place.key, entry));
    return entry;
  }

  /** Reads the places again. */
  look(): Standing {
    let [standing, changedSince] = [0, this.#changedSince];
    for (const { place, after } of this.#entries) {
      if (holds(place, after)) standing += 1;
      else changedSince += 1;
    }
    return { standing, changedSince };
  }

  /** Puts one change back, unless the program has changed the place since. Idempotent. False: the place refuses by now. */
  putBack(entry: JournalEntry): boolean {
    if (!this.#entries.has(entry)) return true;
    this.#forget(entry);
    const { place, before, after } = entry;
    if (!holds(place, after)) {
      this.#changedSince += 1;
      return true;
    }
    return put(place, before);
  }

  /**
   * Puts everything back, last change first; what the program has changed since stays as it is. Idempotent.
   *
   * @returns the paths of places that refuse to be written by now
   */
  restore(): readonly string[] {
    return [...this.#entries].toReversed().flatMap((entry) => (this.putBack(entry) ? [] : [entry.path]));
  }

  #forget(entry: JournalEntry): void {
    const { holder, key } = entry.place;
    this.#entries.delete(entry);
    const ofHolder = this.#byPlace.get(holder);
    ofHolder?.delete(key);
    if (ofHolder?.size === 0) this.#byPlace.delete(holder);
  }
}

function put(place: SlotPlace, value: unknown): boolean {
  if (place.kind === 'property') return Reflect.defineProperty(place.holder, place.key, { value });
  Map.prototype.set.call(place.holder, place.key, value);
  return true;
}

function holds(place: SlotPlace, value: unknown): boolean {
  if (place.kind === 'entry') {
    const has = Map.prototype.has.call(place.holder, place.key);
    return has && Object.is(Map.prototype.get.call(place.holder, place.key), value);
  }
  const descriptor = Reflect.getOwnPropertyDescriptor(place.holder, place.key);
  return descriptor !== undefined && 'value' in descriptor && Object.is(descriptor.value, value);
}
