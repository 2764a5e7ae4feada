/** Chances of Gilbert's two states, each for one datagram. */
export interface BurstRates {
  /** From good to bad */
  readonly p: number;
  /** From bad to good */
  readonly r: number;
}

/**
 * Gilbert's two states, good and bad, datagram by datagram. The state of the n-th one hangs on its number alone and not on
 * which were asked for before, so it is the same whenever a toxic came and in whatever order datagrams reach it.
 *
 * Both states are led by the same draw. Where it sends both to the same state, nothing before matters: from the last such
 * datagram the chain is walked forward. Datagram 0 is bad as often as all are in the long run, p / (p + r).
 */
export class BurstChain {
  readonly #draw: (n: number) => number;
  #known: (BurstRates & { readonly n: number; readonly isBad: boolean }) | null = null;

  /** @param draw - uniform in [0, 1) for the n-th datagram */
  constructor(draw: (n: number) => number) {
    this.#draw = draw;
  }

  isBad(n: number, { p, r }: BurstRates): boolean {
    if (p <= 0) return false;
    let { start, isBad } = this.#startFor(n, { p, r });
    for (; start < n; start += 1) isBad = this.#draw(start + 1) < (isBad ? 1 - r : p);
    this.#known = { n, isBad, p, r };
    return isBad;
  }

  /** The nearest datagram up to `n` whose state is known. */
  #startFor(n: number, { p, r }: BurstRates): { start: number; isBad: boolean } {
    const known = this.#known;
    const least = known !== null && known.p === p && known.r === r && known.n <= n ? known.n : -1;
    const [low, high] = [Math.min(p, 1 - r), Math.max(p, 1 - r)];
    for (let start = n; start > 0; start -= 1) {
      if (start === least && known !== null) return { start, isBad: known.isBad };
      const u = this.#draw(start);
      if (u < low || u >= high) return { start, isBad: u < low };
    }
    if (least === 0 && known !== null) return { start: 0, isBad: known.isBad };
    return { start: 0, isBad: this.#draw(0) < p / (p + r) };
  }
}
