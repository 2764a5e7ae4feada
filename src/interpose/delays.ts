import type { Clock } from '../model/clock.js';

/** A synchronous function blocks its thread for at most this long a call. */
export const maxBlockMs = 5_000;
const sliceMs = 100;

/** The delays in progress of one fault: they all end at once when it does. */
export class Delays {
  readonly #clock: Clock;
  readonly #untilMs: number;
  readonly #isRevoked: () => boolean;
  readonly #sleepers = new Set<AbortController>();
  /**
   * Not 0: the fault is over. Shared memory, so that another thread can end a block (store 1, then `Atomics.notify`)
   * while this one cannot run anything.
   */
  readonly released = new Int32Array(new SharedArrayBuffer(4));

  /**
   * @param untilMs - time on the clock after which nothing blocks any more, even if the fault was not ended
   * @param isRevoked - asked between the slices of a block; true ends all delays
   */
  constructor(clock: Clock, untilMs: number, isRevoked: () => boolean = () => false) {
    this.#clock = clock;
    this.#untilMs = untilMs;
    this.#isRevoked = isRevoked;
  }

  /** Resolves after the delay or when the fault ends; rejects with the reason of `callerSignal` when that aborts. */
  async sleep(delayMs: number, callerSignal: AbortSignal | null): Promise<void> {
    callerSignal?.throwIfAborted();
    if (this.isOver()) return;
    // One controller a call: many concurrent calls would else pile listeners on one signal.
    const woken = new AbortController();
    const onAbort = () => woken.abort();
    callerSignal?.addEventListener('abort', onAbort, { once: true });
    this.#sleepers.add(woken);
    try {
      await this.#clock.sleep(delayMs, woken.signal);
    } catch (error) {
      if (!woken.signal.aborted) throw error;
    } finally {
      this.#sleepers.delete(woken);
      callerSignal?.removeEventListener('abort', onAbort);
    }
    callerSignal?.throwIfAborted();
  }

  /**
   * Blocks the thread, for a function whose callers do not wait for a promise; at most `maxBlockMs`.
   * Waits in slices of at most 100 ms and looks between them whether the fault was ended or its time is over: a loop
   * of blocked calls leaves this thread no other way to notice.
   */
  block(delayMs: number): void {
    let leftMs = Math.min(delayMs, maxBlockMs);
    while (leftMs > 0 && !this.isOver()) {
      const slice = Math.min(leftMs, sliceMs);
      if (Atomics.wait(this.released, 0, 0, slice) !== 'timed-out') return;
      leftMs -= slice;
      if (this.#isRevoked()) this.release();
    }
  }

  /** Ends all delays, now and from now on. */
  release(): void {
    Atomics.store(this.released, 0, 1);
    Atomics.notify(this.released, 0);
    for (const sleeper of this.#sleepers) sleeper.abort();
  }

  /** Time on the clock by which delays are measured. */
  nowMs(): number {
    return this.#clock.nowMs();
  }

  /** Until the fault's time is over. */
  leftMs(): number {
    return Math.max(0, this.#untilMs - this.#clock.nowMs());
  }

  /** True once the fault has ended, or its time is over. */
  isOver(): boolean {
    return Atomics.load(this.released, 0) !== 0 || this.#clock.nowMs() >= this.#untilMs;
  }
}
