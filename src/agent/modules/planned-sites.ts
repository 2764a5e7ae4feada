import { matchesSite, mayHoldMethod } from './module-pattern.js';
import type { ScopePlan } from './scope-plan.js';
import { unknownMethods } from './unknown-methods.js';

/** A function that a module's text speaks of. */
export interface PlannedSite {
  readonly name: string;
  readonly component: string;
  readonly method: string;
  /** The top-level name through which it is reached. */
  readonly binding: string;
  /** Why it will not be; null when it will. */
  readonly reason: string | null;
}

/** True when a pattern names a function, or may name a method of what only running code makes. */
export function matchesPlanned(pattern: string, site: PlannedSite): boolean {
  return site.method.endsWith(unknownMethods) ? mayHoldMethod(pattern, site) : matchesSite(pattern, site);
}

/** The functions of a module that is not in reach yet, as `moduleSites` will name them. */
export function plannedSites(
  file: string,
  { bindings }: Extract<ScopePlan, { ok: true }>,
): readonly PlannedSite[] {
  return Array.from(bindings, ([binding, { methods, reason }]) =>
    methods.map((after) => {
      const method = `${binding}${after}`;
      return {
        name: `${file}#${method}`,
        component: file,
        method,
        binding,
        reason: after === '' ? reason : null,
      };
    }),
  ).flat();
}
