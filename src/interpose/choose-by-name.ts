import { matchesPattern } from '../model/component-pattern.js';
import type { CallSite } from './find-call-sites.js';

/** What patterns name among call sites. */
export interface NamedSites {
  readonly sites: readonly CallSite[];
  /** Patterns that name nothing. */
  readonly unmatched: readonly string[];
}

/** Sites by their methods or whole names; without patterns, all. */
export function chooseByName(methods: readonly string[], sites: readonly CallSite[]): NamedSites {
  if (methods.length === 0) return { sites, unmatched: [] };
  return {
    sites: sites.filter((site) => methods.some((pattern) => isNamed(pattern, site))),
    unmatched: methods.filter((pattern) => !sites.some((site) => isNamed(pattern, site))),
  };
}

/** True when a pattern names the site's method, or its whole name. */
export function isNamed(pattern: string, { name, method }: Pick<CallSite, 'name' | 'method'>): boolean {
  return matchesPattern(pattern, method) || matchesPattern(pattern, name);
}
