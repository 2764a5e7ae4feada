import { platformSites } from '../interpose/platform-sites.js';
import type { SiteSource } from './site-source.js';

/** Names of all functions of this thread that faults may act on. */
export function siteNames(sources: readonly SiteSource[]): readonly string[] {
  const names = sources.flatMap((source) => source.names?.() ?? source.sites().map(({ name }) => name));
  return [...new Set([...platformSites().map(({ name }) => name), ...names])];
}
