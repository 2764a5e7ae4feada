import { platformSites } from '../interpose/platform-sites.js';
import type { SiteSource } from './site-source.js';

/** Names of all functions of this thread that faults may act on. */
export function siteNames(sources: readonly SiteSource[]): readonly string[] {
  const sites = [...platformSites(), ...sources.flatMap((source) => source.sites())];
  return [...new Set(sites.map(({ name }) => name))];
}
