import type { Decide } from '../model/decide.js';

/** Follows the names of sites, so that those of several places are told apart: nothing in the first. */
export function siteSuffix(place: number): string {
  return place === 0 ? '' : `@${place}`;
}

/** Each place decides for itself; the first one as a target of a single process does. */
export function ofPlace(decide: Decide, suffix: string): Decide {
  const at: Decide['at'] = (rule, site) => decide.at(rule, `${site}${suffix}`);
  return Object.assign((rule: string, site: string, n: number) => at(rule, site)(n), {
    at,
    seed: decide.seed,
  });
}
