import type { Slot, SlotPlace } from './find-slots.js';

interface Entry {
  readonly place: SlotPlace;
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What was written over what, so that it can be put back exactly: only values of places that were there, which keep their order and attributes. */
export class CorruptionJournal {
  readonly #entries: Entry[] = [];
  readonly #limit: number;

  /** @param limit - how many changes are kept, with the objects they are in; no more are made. Default 10,000 */
  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  /** False, with nothing changed, when the place refuses or the journal is full. */
  write({ path, value: before }: Slot, place: SlotPlace, after: unknown): boolean {
    if (this.#entries.length >= this.#limit || !put(place, after)) return false;
    this.#entries.push({ place, path, before, after });
    return true;
  }

  /**
   * Puts everything back, last change first; what the program has changed since stays as it is. Idempotent.
   *
   * @returns the paths of places that refuse to be written by now
   */
  restore(): readonly string[] {
    const refused: string[] = [];
    for (let entry = this.#entries.pop(); entry !== undefined; entry = this.#entries.pop()) {
      const { place, path, before, after } = entry;
      if (holds(place, after) && !put(place, before)) refused.push(path);
    }
    return refused;
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
