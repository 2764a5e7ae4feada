/**
 * How long calls may be held back: a share of the time that passes, and a little more at once. Time in which several are
 * held back counts once.
 */
export class TimeBudget {
  readonly #share: number;
  readonly #burstMs: number;
  readonly #startMs: number;
  #spentMs = 0;
  #heldUntilMs = Number.NEGATIVE_INFINITY;

  /**
   * @param share - of the time since `startMs`, 0 to 1
   * @param burstMs - what may be spent at once, before any time has passed
   */
  constructor(share: number, burstMs: number, startMs: number) {
    this.#share = share;
    this.#burstMs = burstMs;
    this.#startMs = startMs;
  }

  /** How many of the wanted milliseconds, from now on, are granted. */
  take(nowMs: number, wantedMs: number): number {
    const fromMs = Math.max(nowMs, this.#heldUntilMs);
    const leftMs = Math.max(0, this.#share * (nowMs - this.#startMs) + this.#burstMs - this.#spentMs);
    const untilMs = Math.min(nowMs + wantedMs, fromMs + leftMs);
    if (untilMs > fromMs) {
      this.#spentMs += untilMs - fromMs;
      this.#heldUntilMs = untilMs;
    }
    return untilMs - nowMs;
  }
}
