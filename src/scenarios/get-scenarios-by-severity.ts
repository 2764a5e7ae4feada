import { ChaosError } from '../model/chaos-error.js';
import type { ChaosScenario } from './chaos-scenario.js';
import { CHAOS_SCENARIOS } from './chaos-scenarios.js';

/**
 * The scenarios of the catalogue with a severity from `min` to `max`, both included; the mildest first, then by name.
 *
 * @param min - 1 to 5. Default 1
 * @param max - 1 to 5, at least `min`. Default 5
 * @throws ChaosError INVALID_INPUT for anything else
 */
export function getScenariosBySeverity(min = 1, max = 5): readonly ChaosScenario[] {
  const isSeverity = (value: number) => Number.isInteger(value) && value >= 1 && value <= 5;
  if (!isSeverity(min) || !isSeverity(max) || min > max) {
    throw new ChaosError(
      'INVALID_INPUT',
      `expected severities from 1 to 5, the lower one first, got ${String(min)} and ${String(max)}`,
    );
  }
  return Object.values(CHAOS_SCENARIOS)
    .filter(({ severity }) => severity >= min && severity <= max)
    .toSorted((a, b) => a.severity - b.severity || (a.name < b.name ? -1 : 1));
}
