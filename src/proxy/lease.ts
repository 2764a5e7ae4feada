/** A promise of the controller to come again in time: when it does not, `lost` is called. */
export class Lease implements Disposable {
  readonly #leaseMs: number;
  readonly #lost: () => void;
  #timer: NodeJS.Timeout;
  #isLost = false;

  /** @param leaseMs - time from a renewal to the loss */
  constructor(leaseMs: number, lost: () => void) {
    this.#leaseMs = leaseMs;
    this.#lost = lost;
    this.#timer = this.#wait();
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  renew(): void {
    this.#isLost = false;
    clearTimeout(this.#timer);
    this.#timer = this.#wait();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #wait(): NodeJS.Timeout {
    return setTimeout(() => {
      this.#isLost = true;
      this.#lost();
    }, this.#leaseMs);
  }
}
