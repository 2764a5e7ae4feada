import type { Slot, SlotPlace } from './find-slots.js';

/** One value that was written over another. */
export interface JournalEntry {
  readonly place: SlotPlace;
  readonly path: string;
  /** What is to be put back. */
  readonly before: unknown;
  readonly after: unknown;
}

interface OpenEntry extends JournalEntry {
  before: unknown;
  readonly journal: CorruptionJournal;
}

/** What a look at the places of a journal sees. */
export interface Standing {
  /** Places that hold what was written there. */
  readonly standing: number;
  /** Places that the program has given another value since. */
  readonly changedSince: number;
}

/** What was written to each place and is not put back yet, by whatever journal, in the order of writing. */
const openEntries = new WeakMap<object, Map<unknown, readonly OpenEntry[]>>();

/**
 * What was written over what, so that it can be put back exactly: only values of places that were there, which keep their
 * order and attributes. Changes may be put back in any order, also those of several journals in one place.
 */
export class CorruptionJournal {
  readonly #entries = new Set<OpenEntry>();
  readonly #limit: number;
  /** Of entries that are put back, or were written over. */
  #changedSince = 0;

  /** @param limit - how many changes are kept, with the objects they are in; no more are made. Default 10,000 */
  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  /** Null, with nothing changed, when the place refuses, holds a corruption of this journal, or the journal is full. */
  write({ path, value: before }: Slot, place: SlotPlace, after: unknown): JournalEntry | null {
    const known = openAt(place).find(({ journal }) => journal === this);
    if (known !== undefined) {
      if (isStanding(known)) return null;
      this.putBack(known);
    }
    if (this.#entries.size >= this.#limit || !put(place, after)) return null;
    const entry: OpenEntry = { place, path, before, after, journal: this };
    this.#entries.add(entry);
    setOpen(place, [...openAt(place), entry]);
    return entry;
  }

  /** Reads the places again. */
  look(): Standing {
    const standing = [...this.#entries].filter(isStanding).length;
    return { standing, changedSince: this.#changedSince + this.#entries.size - standing };
  }

  /** Puts one change back, unless the program has changed the place since. Idempotent. False: the place refuses by now. */
  putBack(entry: JournalEntry): boolean {
    const own = entry as OpenEntry;
    if (!this.#entries.delete(own)) return true;
    const over = writtenOver(own);
    const stood = isStanding(own);
    setOpen(
      own.place,
      openAt(own.place).filter((other) => other !== own),
    );
    if (!stood) this.#changedSince += 1;
    else if (over === undefined) return put(own.place, own.before);
    else over.before = own.before;
    return true;
  }

  /**
   * Puts everything back, last change first; what the program has changed since stays as it is. Idempotent.
   *
   * @returns the paths of places that refuse to be written by now
   */
  restore(): readonly string[] {
    return [...this.#entries].toReversed().flatMap((entry) => (this.putBack(entry) ? [] : [entry.path]));
  }
}

function openAt({ holder, key }: SlotPlace): readonly OpenEntry[] {
  return openEntries.get(holder)?.get(key) ?? [];
}

function setOpen({ holder, key }: SlotPlace, entries: readonly OpenEntry[]): void {
  const ofHolder = openEntries.get(holder) ?? new Map<unknown, readonly OpenEntry[]>();
  openEntries.set(holder, ofHolder);
  if (entries.length > 0) ofHolder.set(key, entries);
  else ofHolder.delete(key);
}

/** The change that was made over another. */
function writtenOver(entry: OpenEntry): OpenEntry | undefined {
  const open = openAt(entry.place);
  return open[open.indexOf(entry) + 1];
}

/** True when the place holds it, or would once what was written over it is put back. */
function isStanding(entry: OpenEntry): boolean {
  const over = writtenOver(entry);
  return over === undefined ? holds(entry.place, entry.after) : Object.is(over.before, entry.after);
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
