import type { Scenario } from '../../model/scenario.js';

/** Why components cannot be named, in words; null when none is. */
export function refusedComponents({ targetComponents }: Pick<Scenario, 'targetComponents'>): string | null {
  return targetComponents.length === 0
    ? null
    : 'clocks are of the process, not of a component: leave targetComponents empty';
}
