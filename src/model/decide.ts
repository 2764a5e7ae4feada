/**
 * Seeded choices that do not depend on the order in which they are asked for.
 *
 * A stream of random numbers gives concurrent callers different numbers in each run; a hash of
 * (seed, rule, call site, n-th call there) gives the same answer under any interleaving.
 */
export interface Decide {
  /** The choice for the `n`-th call (from 0) at `site` under `rule`: uniform in [0, 1). */
  (rule: string, site: string, n: number): number;
  /** The same choices with rule and site hashed once, for hot paths. */
  at(rule: string, site: string): (n: number) => number;
  readonly seed: number;
}

/** murmur3's 32-bit finaliser: every input bit changes half of the output bits. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hashText(text: string, start: number): number {
  let h = start;
  for (let i = 0; i < text.length; i += 1) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  }
  return mix(h ^ text.length);
}

/**
 * The decisions of one seed.
 *
 * @param seed - any integer; the same seed gives the same decisions on every machine
 * @example
 * ```ts
 * const decide = decisions(42);
 * decide('exceptions', 'db.query', 0) === decide('exceptions', 'db.query', 0); // true
 * ```
 */
export function decisions(seed: number): Decide {
  const root = mix(seed ^ mix(Math.trunc(seed / 2 ** 32))) ^ 0x9e3779b9;
  const at = (rule: string, site: string) => {
    const h = hashText(site, hashText(rule, root));
    return (n: number) => (mix(mix(h + Math.imul(n, 0x9e3779b1)) ^ h) >>> 0) / 2 ** 32;
  };
  return Object.assign((rule: string, site: string, n: number) => at(rule, site)(n), { at, seed });
}
