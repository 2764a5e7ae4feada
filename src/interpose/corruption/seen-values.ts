import type { Slot } from './find-slots.js';

const longestWord = 40;
/** With more than these at a place it is no list of choices, but a name or an id. */
const mostWords = 12;
const mostPlaces = 500;

/** The short texts that were seen at each place of one kind of data, whatever element of a list they were in. */
export class SeenValues {
  readonly #words = new Map<string, Set<string>>();

  note(slots: readonly Slot[]): void {
    for (const { path, value } of slots) {
      if (typeof value !== 'string' || value.length > longestWord) continue;
      const place = placeOf(path);
      const words = this.#words.get(place) ?? new Set();
      if (words.size > mostWords || (words.size === 0 && this.#words.size >= mostPlaces)) continue;
      this.#words.set(place, words.add(value));
    }
  }

  /** Others that were seen where this value is. */
  neighbours({ path, value }: Slot): readonly string[] {
    const words = this.#words.get(placeOf(path));
    if (words === undefined || words.size > mostWords) return [];
    return [...words].filter((word) => word !== value);
  }
}

function placeOf(path: string): string {
  return path.replaceAll(/\[\d+\]/g, '[]').replaceAll(/\.get\((?:"(?:[^"\\]|\\.)*"|[^)]*)\)/g, '.get()');
}
