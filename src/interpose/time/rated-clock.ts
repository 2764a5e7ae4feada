/**
 * A clock that goes faster or slower than a real one of any unit. It never goes back: neither while it runs, nor when its
 * rate changes.
 */
export class RatedClock {
  #base = 0;
  #realBase = 0;
  #rate = 1;

  /** What it reads when the real clock, which never goes back, reads `real`. */
  at(real: number): number {
    return this.#base + (real - this.#realBase) * this.#rate;
  }

  /** Goes on from where it is. */
  setRate(rate: number, real: number): void {
    this.#base = this.at(real);
    this.#realBase = real;
    this.#rate = rate;
  }

  /** It reads what the real one reads again, exactly. */
  reset(): void {
    this.#base = 0;
    this.#realBase = 0;
    this.#rate = 1;
  }
}
