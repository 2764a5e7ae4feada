import { systemClock } from '../model/system-clock.js';

/**
 * Timers fire up to two milliseconds late, for they and the poll both round to whole ones, and a CPU must wake: the last
 * stretch is waited for turn by turn. With 1.1 ms, clients of a delay of 20 ms were late together (bench/proxy.mjs).
 */
const spinBelowMs = 3;

/**
 * Who waits turn by turn looks to the kernel like a program that computes: what wakes on the same CPU, the clients and
 * servers of the connections among it, then waits for a tick of 4 ms. So often the CPU is let go for the shortest sleep
 * there is, some 0.07 ms.
 */
const napEveryMs = 0.2;
const mostNapMs = 0.1;
const napping = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** So long is called back in one turn of the loop before others have theirs, the API among them. */
const mostTurnMs = 1;

/**
 * What comes due at once is called back so far apart, each once the loop has seen to what the one before set off, as
 * long as nothing is later than that. Else clients that once came together would under a fixed delay come together for
 * ever, and each time wait for each other.
 */
const apartMs = 0.03;
const mostApartMs = 0.5;

/** All deadlines that are set, the earliest first (a binary heap): one timer for the whole process. */
const heap: Deadline[] = [];
let timer: NodeJS.Timeout | undefined;
let immediate: NodeJS.Immediate | undefined;
let wakesAtMs = Number.POSITIVE_INFINITY;
let calledAtMs = Number.NEGATIVE_INFINITY;
let nappedAtMs = Number.NEGATIVE_INFINITY;

/** One wake-up that can be moved: calls back at the earliest turn of the loop at or after its time, never before. */
export class Deadline {
  readonly #onReached: () => void;
  #dueMs = 0;
  /** Where it is in the heap; -1: not set. */
  #place = -1;

  constructor(onReached: () => void) {
    this.#onReached = onReached;
  }

  /** @param dueMs - on the clock of `systemClock.nowMs` */
  set(dueMs: number): void {
    const before = this.#dueMs;
    this.#dueMs = dueMs;
    if (this.#place < 0) {
      this.#place = heap.push(this) - 1;
      this.#rise();
    } else if (dueMs < before) this.#rise();
    else this.#sink();
    if (heap[0] === this) arm(dueMs);
  }

  clear(): void {
    const place = this.#place;
    if (place < 0) return;
    this.#place = -1;
    const last = heap.pop();
    if (last !== undefined && last !== this) {
      heap[place] = last;
      last.#place = place;
      last.#rise();
      last.#sink();
    }
    if (heap.length === 0) disarm();
  }

  /** Calls back all whose time has come, and waits for the next. */
  static readonly wake = (): void => {
    timer = undefined;
    immediate = undefined;
    wakesAtMs = Number.POSITIVE_INFINITY;
    // Not moved on in between: what becomes due meanwhile would join a convoy in which all are late.
    const nowMs = systemClock.nowMs();
    let isTurnOver = false;
    for (;;) {
      const first = heap[0];
      if (first === undefined) return;
      const mayWait = nowMs - calledAtMs < apartMs && nowMs - first.#dueMs < mostApartMs;
      if (first.#dueMs > nowMs || isTurnOver || mayWait) {
        napBefore(first.#dueMs);
        arm(first.#dueMs);
        return;
      }
      calledAtMs = nowMs;
      first.clear();
      try {
        first.#onReached();
      } catch (error) {
        // The others must be called all the same.
        queueMicrotask(() => {
          throw error;
        });
      }
      isTurnOver = systemClock.nowMs() - nowMs > mostTurnMs;
    }
  };

  #rise(): void {
    while (this.#place > 0) {
      const above = heap[(this.#place - 1) >> 1];
      if (above === undefined || above.#dueMs <= this.#dueMs) return;
      this.#swapWith(above);
    }
  }

  #sink(): void {
    for (;;) {
      const left = heap[2 * this.#place + 1];
      const right = heap[2 * this.#place + 2];
      const below = right !== undefined && left !== undefined && right.#dueMs < left.#dueMs ? right : left;
      if (below === undefined || below.#dueMs >= this.#dueMs) return;
      this.#swapWith(below);
    }
  }

  #swapWith(other: Deadline): void {
    const place = this.#place;
    this.#place = other.#place;
    other.#place = place;
    heap[this.#place] = this;
    heap[place] = other;
  }
}

function napBefore(dueMs: number): void {
  const nowMs = systemClock.nowMs();
  const leftMs = dueMs - nowMs;
  if (leftMs < mostNapMs || leftMs > spinBelowMs || nowMs - nappedAtMs < napEveryMs) return;
  Atomics.wait(napping, 0, 0, 0.001);
  nappedAtMs = systemClock.nowMs();
}

function arm(dueMs: number): void {
  if (dueMs >= wakesAtMs) return;
  disarm();
  wakesAtMs = dueMs;
  const leftMs = dueMs - systemClock.nowMs();
  if (leftMs > spinBelowMs + 1) timer = setTimeout(Deadline.wake, Math.floor(leftMs - spinBelowMs));
  else immediate = setImmediate(Deadline.wake);
}

function disarm(): void {
  clearTimeout(timer);
  clearImmediate(immediate);
  wakesAtMs = Number.POSITIVE_INFINITY;
}
