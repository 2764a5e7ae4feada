import { matchesPattern } from '../model/component-pattern.js';
import { decisions } from '../model/decide.js';
import type { LookupError, LookupFailure } from '../model/lookup.js';
import type { Toxic } from '../model/network.js';
import type { RouteCounters } from './route-counters.js';

/** When the resolver of a platform gives up on name servers that are silent: two attempts of 5 s. */
const givesUpAfterMs = 10_000;

/** What becomes of the names that a target looks up, under the toxics of its route. */
export class NameLookups {
  readonly #toxics: ReadonlyMap<string, Toxic>;
  readonly #counters: RouteCounters;
  /** How often a name was looked up under a toxic. */
  readonly #draws = new Map<string, number>();
  readonly #held = new Map<() => void, string>();

  /** @param toxics - those of the route, as they are at any time */
  constructor(toxics: ReadonlyMap<string, Toxic>, counters: RouteCounters) {
    this.#toxics = toxics;
    this.#counters = counters;
  }

  /** How a look-up of the target fails, once it does; null when it does not, or the toxic that held it is gone. */
  async lookUp(host: string): Promise<LookupError | null> {
    const hit = this.#hit('target', host);
    if (hit === null) return null;
    this.#counters.affect(hit.toxicId, {}, 0);
    return hit.failure === 'timeout' ? this.#hold(hit.toxicId) : hit.failure;
  }

  /** The same choice for the checker, told at once and counted nowhere. */
  sample(host: string): LookupFailure | null {
    return this.#hit('sample', host)?.failure ?? null;
  }

  /** What a toxic holds is looked up now. */
  release(toxicId: string): void {
    for (const [pass, heldBy] of this.#held) if (heldBy === toxicId) pass();
  }

  #hit(
    kind: 'target' | 'sample',
    host: string,
  ): { readonly toxicId: string; readonly failure: LookupFailure } | null {
    for (const [toxicId, toxic] of this.#toxics) {
      if (toxic.type !== 'dns' || !toxic.hosts.some((pattern) => matchesName(pattern, host))) continue;
      const site = `${kind} ${host.toLowerCase()}`;
      const key = `${toxicId} ${site}`;
      const n = this.#draws.get(key) ?? 0;
      this.#draws.set(key, n + 1);
      if (decisions(toxic.seed)('dns', site, n) < toxic.rate) return { toxicId, failure: toxic.failure };
    }
    return null;
  }

  #hold(toxicId: string): Promise<LookupError | null> {
    return new Promise((resolve) => {
      const settle = (error: LookupError | null) => {
        clearTimeout(giveUp);
        this.#held.delete(pass);
        resolve(error);
      };
      const pass = () => settle(null);
      const giveUp = setTimeout(settle, givesUpAfterMs, 'EAI_AGAIN');
      this.#held.set(pass, toxicId);
    });
  }
}

/** Names differ neither by case nor by the dot of the root. */
function matchesName(pattern: string, host: string): boolean {
  const bare = (name: string) => name.toLowerCase().replace(/\.$/, '');
  return matchesPattern(bare(pattern), bare(host));
}
