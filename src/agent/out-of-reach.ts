import { isNamed } from '../interpose/choose-by-name.js';
import { matchesSite, mayHold } from './modules/module-pattern.js';
import type { SiteSource } from './site-source.js';

/** Why functions and modules that patterns might mean cannot be patched: a sentence each. */
export function outOfReach(patterns: readonly string[], sources: readonly SiteSource[]): readonly string[] {
  if (patterns.length === 0) return [];
  const functions = sources
    .flatMap((source) => source.unpatchable?.() ?? [])
    .filter((one) => {
      const site = { ...one, component: one.name.split('#', 1)[0] ?? one.name };
      return patterns.some((pattern) => isNamed(pattern, site) || matchesSite(pattern, site));
    })
    .map(({ name, reason }) => `${name}: ${reason}`);
  const modules = sources
    .flatMap((source) => [...(source.untouched?.() ?? [])])
    .filter(([file]) => patterns.some((pattern) => mayHold(pattern, file)))
    .map(([file, reason]) => `${file}: ${reason}`);
  return [...functions, ...modules];
}
