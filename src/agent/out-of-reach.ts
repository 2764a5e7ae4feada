import { isNamed } from '../interpose/choose-by-name.js';
import { matchesSite, mayHold } from './modules/module-pattern.js';
import type { SiteSource } from './site-source.js';

export interface UnmatchedPatterns {
  /** All of the fault: its methods are looked for in these. */
  readonly components: readonly string[];
  readonly unmatchedComponents: readonly string[];
  readonly unmatchedMethods: readonly string[];
}

/** Why functions and modules that patterns might mean cannot be patched: a sentence each. */
export function outOfReach(
  { components, unmatchedComponents, unmatchedMethods }: UnmatchedPatterns,
  sources: readonly SiteSource[],
): readonly string[] {
  if (unmatchedComponents.length + unmatchedMethods.length === 0) return [];
  const functions = sources
    .flatMap((source) => source.unpatchable?.() ?? [])
    .filter((one) => {
      const site = { ...one, component: one.name.split('#', 1)[0] ?? one.name };
      const isIn = (patterns: readonly string[]) => patterns.some((pattern) => matchesSite(pattern, site));
      const isMethod = unmatchedMethods.some((method) => isNamed(method, site) || matchesSite(method, site));
      return isIn(unmatchedComponents) || (isMethod && isIn(components));
    })
    .map(({ name, reason }) => `${name}: ${reason}`);
  const wanted = unmatchedMethods.length === 0 ? unmatchedComponents : components;
  const modules = sources
    .flatMap((source) => [...(source.untouched?.() ?? [])])
    .filter(([file]) => wanted.some((pattern) => mayHold(pattern, file)))
    .map(([file, reason]) => `${file}: ${reason}`);
  return [...functions, ...modules];
}
