import { platformSites } from '../interpose/platform-sites.js';
import type { SiteSource } from './site-source.js';

/** Names of all functions of this thread that faults may act on. */
export async function siteNames(sources: readonly SiteSource[]): Promise<readonly string[]> {
  const names = await Promise.all(
    sources.map(async (source) => (await source.names?.()) ?? source.sites().map(({ name }) => name)),
  );
  return [...new Set([...platformSites().map(({ name }) => name), ...names.flat()])];
}
