/** Handed-on places at the head are kept until there are so many, so that a shift is rare. */
const compactAbove = 1_024;

/** A queue whose first entry can be looked at and replaced. */
export class Fifo<T> {
  #entries: T[] = [];
  #head = 0;

  get first(): T | undefined {
    return this.#entries[this.#head];
  }

  set first(entry: T) {
    this.#entries[this.#head] = entry;
  }

  get length(): number {
    return this.#entries.length - this.#head;
  }

  push(entry: T): void {
    this.#entries.push(entry);
  }

  dropFirst(): void {
    this.#head += 1;
    if (this.#head === this.#entries.length) this.clear();
    else if (this.#head >= compactAbove && this.#head * 2 >= this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }

  clear(): void {
    if (this.#entries.length > 0) this.#entries = [];
    this.#head = 0;
  }

  *[Symbol.iterator](): Generator<T> {
    for (let at = this.#head; at < this.#entries.length; at += 1) yield this.#entries[at] as T;
  }
}
