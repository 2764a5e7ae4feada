import type { RoundSummary } from '../model/round-summary.js';

/** Which rounds' folders stay: all of those that did not hold, and the latest of those that did. */
export class KeptRuns {
  readonly #most: number | null;
  readonly #held: string[] = [];

  /** @param most - of rounds that held; null keeps all */
  constructor(most: number | null) {
    this.#most = most;
  }

  /** Takes a round that ended; says which folder has to go for it, if one does. */
  take({ verdict, folder }: RoundSummary): string | null {
    if (this.#most === null || folder === null || verdict !== 'held') return null;
    this.#held.push(folder);
    return this.#held.length > this.#most ? (this.#held.shift() ?? null) : null;
  }
}
