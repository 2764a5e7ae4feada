import type { Backend, Fault } from '../model/fault.js';
import type { Scenario } from '../model/scenario.js';
import type { Target } from '../model/target.js';

/** How a scenario can be made on a target, in order of preference. */
export interface Makeable {
  readonly backends: readonly Backend[];
  /** Why nothing else makes it, where nothing does; empty otherwise. */
  readonly reasons: readonly string[];
}

/**
 * Asks all faults whether they could make a scenario on a target, in any of a few forms of it. Touches nothing.
 *
 * @param forms - the scenario as it is, and with components named, where some faults need that
 */
export async function makeable(
  faults: readonly Fault[],
  forms: readonly Scenario[],
  target: Target,
): Promise<Makeable> {
  const backends = new Set<Backend>();
  const reasons = new Set<string>();
  for (const scenario of forms) {
    for (const fault of faults) {
      if (fault.type !== scenario.scenarioType) continue;
      const support = await fault.supports(scenario, target);
      if (support.supported) backends.add(fault.backend);
      else reasons.add(support.reason);
    }
  }
  return { backends: [...backends], reasons: backends.size > 0 ? [] : [...reasons] };
}
