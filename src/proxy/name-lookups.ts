import { matchesPattern } from '../model/component-pattern.js';
import { decisions } from '../model/decide.js';
import type { LookupError, LookupFailure } from '../model/lookup.js';
import type { Toxic } from '../model/network.js';
import type { RouteCounters } from './route-counters.js';

/** When the resolver of a platform gives up on name servers that are silent: two attempts of 5 s. */
const givesUpAfterMs = 10_000;

/** Takes the n-th look-up of a name under a toxic, from 0, that fails, and how. */
type FiredLookup = (toxicId: string, name: string, n: number, effect: string) => void;

interface Hit {
  readonly toxicId: string;
  readonly name: string;
  readonly n: number;
  readonly failure: LookupFailure;
}

/** What becomes of the names that a target looks up, under the toxics of its route. */
export class NameLookups {
  readonly #toxics: ReadonlyMap<string, Toxic>;
  readonly #counters: RouteCounters;
  readonly #fired: FiredLookup;
  /** How often a name was looked up under a toxic. */
  readonly #draws = new Map<string, number>();
  readonly #held = new Map<() => void, string>();

  /**
   * @param toxics - those of the route, as they are at any time
   * @param fired - told of the look-ups of the target that fail
   */
  constructor(toxics: ReadonlyMap<string, Toxic>, counters: RouteCounters, fired: FiredLookup) {
    this.#toxics = toxics;
    this.#counters = counters;
    this.#fired = fired;
  }

  /** How a look-up of the target fails, once it does; null when it does not, or the toxic that held it is gone. */
  async lookUp(host: string): Promise<LookupError | null> {
    const hit = this.#hit('target', host);
    if (hit === null) return null;
    const { toxicId, name, n, failure } = hit;
    this.#counters.affect(toxicId, {}, 0);
    this.#fired(toxicId, name, n, failure === 'timeout' ? 'no answer' : failure);
    return failure === 'timeout' ? this.#hold(toxicId) : failure;
  }

  /** The same choice for the checker, told at once and counted nowhere. */
  sample(host: string): LookupFailure | null {
    return this.#hit('sample', host)?.failure ?? null;
  }

  /** What a toxic holds is looked up now. */
  release(toxicId: string): void {
    for (const [pass, heldBy] of this.#held) if (heldBy === toxicId) pass();
  }

  #hit(kind: 'target' | 'sample', host: string): Hit | null {
    const name = host.toLowerCase();
    for (const [toxicId, toxic] of this.#toxics) {
      if (toxic.type !== 'dns' || !toxic.hosts.some((pattern) => matchesName(pattern, host))) continue;
      const site = `${kind} ${name}`;
      const key = `${toxicId} ${site}`;
      const n = this.#draws.get(key) ?? 0;
      this.#draws.set(key, n + 1);
      if (decisions(toxic.seed)('dns', site, n) < toxic.rate)
        return { toxicId, name, n, failure: toxic.failure };
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
