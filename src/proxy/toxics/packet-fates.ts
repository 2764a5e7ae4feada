/** Decides about packet after packet whether it is lost: of all as many as asked, in bursts of a mean length. */
export class PacketFates {
  readonly #draw: (n: number) => number;
  #packets = 0;
  #isBursting = false;

  /** @param draw - uniform in [0, 1) for the n-th packet */
  constructor(draw: (n: number) => number) {
    this.#draw = draw;
  }

  /**
   * Gilbert's model: all is lost in a burst and nothing outside of one.
   *
   * @param burst - mean number of packets lost in a row; up to 1: each is lost or not for itself
   */
  isNextLost(lossRate: number, burst: number): boolean {
    const u = this.#draw(this.#packets);
    this.#packets += 1;
    if (lossRate <= 0 || lossRate >= 1 || burst <= 1) return u < lossRate;
    const chance = this.#isBursting ? 1 - 1 / burst : lossRate / (burst * (1 - lossRate));
    this.#isBursting = u < chance;
    return this.#isBursting;
  }
}
