import { systemClock } from '../model/system-clock.js';

/** Timers fire up to a millisecond late: the last stretch is waited for turn by turn. */
const spinBelowMs = 1.1;

/** One wake-up that can be moved: calls back at the earliest turn of the loop at or after its time, never before. */
export class Deadline {
  readonly #onReached: () => void;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #dueMs = 0;

  constructor(onReached: () => void) {
    this.#onReached = onReached;
  }

  /** @param dueMs - on the clock of `systemClock.nowMs` */
  set(dueMs: number): void {
    this.clear();
    this.#dueMs = dueMs;
    this.#wait();
  }

  clear(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
  }

  readonly #wait = (): void => {
    const leftMs = this.#dueMs - systemClock.nowMs();
    if (leftMs <= 0) this.#onReached();
    else if (leftMs > spinBelowMs + 1) this.#timer = setTimeout(this.#wait, Math.floor(leftMs - spinBelowMs));
    else this.#immediate = setImmediate(this.#wait);
  };
}
