interface Entry<T> {
  readonly dueMs: number;
  readonly order: number;
  readonly item: T;
}

/** What is to go at a time of its own, the earliest first; of those of one time, the one that came first. */
export class DueQueue<T> {
  #heap: Entry<T>[] = [];
  #added = 0;

  get firstDueMs(): number | undefined {
    return this.#heap[0]?.dueMs;
  }

  add(item: T, dueMs: number): void {
    const heap = this.#heap;
    const entry = { dueMs, order: this.#added, item };
    this.#added += 1;
    let place = heap.length;
    while (place > 0) {
      const above = heap[(place - 1) >> 1];
      if (above === undefined || !isBefore(entry, above)) break;
      heap[place] = above;
      place = (place - 1) >> 1;
    }
    heap[place] = entry;
  }

  takeFirst(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || first === last) return first?.item;
    let place = 0;
    for (;;) {
      const [left, right] = [heap[2 * place + 1], heap[2 * place + 2]];
      const isRight = right !== undefined && left !== undefined && isBefore(right, left);
      const below = isRight ? right : left;
      if (below === undefined || !isBefore(below, last)) break;
      heap[place] = below;
      place = 2 * place + (isRight ? 2 : 1);
    }
    heap[place] = last;
    return first.item;
  }

  /** Takes all out, in the order in which they came. */
  drain(): readonly T[] {
    const all = this.#heap.sort((a, b) => a.order - b.order).map(({ item }) => item);
    this.#heap = [];
    return all;
  }
}

function isBefore<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
