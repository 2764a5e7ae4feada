/** What a rule has seen at the functions of one name. */
export interface SiteProgress {
  /** Calls that were given a number. */
  calls: number;
  /** Of these, the ones that the selection allows. */
  matched: number;
}

/** How far a rule has come in choosing calls: one that is opened with it later goes on from there. */
export class CallProgress {
  /** On the clock of the rule; null before it was opened. */
  startedMs: number | null = null;
  hits = 0;
  readonly #sites = new Map<string, SiteProgress>();

  at(site: string): SiteProgress {
    const known = this.#sites.get(site) ?? { calls: 0, matched: 0 };
    this.#sites.set(site, known);
    return known;
  }
}
