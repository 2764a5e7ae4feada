import { matchesPattern } from '../model/component-pattern.js';
import type { CallSite } from './find-call-sites.js';

/** What patterns name among call sites. */
export interface NamedSites {
  readonly sites: readonly CallSite[];
  /** Patterns that name nothing. */
  readonly unmatched: readonly string[];
}

/** Sites by their methods or whole names; without patterns all, but for those that must be named if there are others. */
export function chooseByName(methods: readonly string[], sites: readonly CallSite[]): NamedSites {
  if (methods.length === 0) {
    const byDefault = sites.filter(({ byNameOnly = false }) => !byNameOnly);
    return { sites: byDefault.length === 0 ? sites : byDefault, unmatched: [] };
  }
  return {
    sites: sites.filter((site) => methods.some((pattern) => isNamed(pattern, site))),
    unmatched: methods.filter((pattern) => !sites.some((site) => isNamed(pattern, site))),
  };
}

/** True when a pattern names the site's method, or its whole name. */
export function isNamed(
  pattern: string,
  { name, method, byNameOnly = false }: Pick<CallSite, 'name' | 'method' | 'byNameOnly'>,
): boolean {
  if (byNameOnly) return pattern.startsWith(name.replace(/[^.]*$/, '')) && matchesPattern(pattern, name);
  return matchesPattern(pattern, method) || matchesPattern(pattern, name);
}
