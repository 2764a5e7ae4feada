import { ChaosError } from '../model/chaos-error.js';
import { didYouMean } from '../model/did-you-mean.js';
import type { ChaosScenario } from './chaos-scenario.js';
import { CHAOS_SCENARIOS, type ScenarioId } from './chaos-scenarios.js';

const byId: ReadonlyMap<string, ChaosScenario> = new Map(Object.entries(CHAOS_SCENARIOS));

/**
 * The scenario of the catalogue with this id.
 *
 * @throws ChaosError UNKNOWN_NAME with the nearest id
 */
export function findScenario<I extends ScenarioId>(id: I): (typeof CHAOS_SCENARIOS)[I];
export function findScenario(id: string): ChaosScenario;
export function findScenario(id: string): ChaosScenario {
  const scenario = byId.get(id);
  if (scenario !== undefined) return scenario;
  throw new ChaosError('UNKNOWN_NAME', `expected a scenario of the catalogue, got ${JSON.stringify(id)}`, {
    hint: scenarioHint(id),
  });
}

/** What somebody may have meant who wrote an id that the catalogue does not have. */
function scenarioHint(id: string): string {
  const sameType = [...byId.values()].find(({ scenarioType }) => scenarioType === id);
  if (sameType !== undefined) return `${id} is a type; its scenario is "${sameType.name}"`;
  return didYouMean(id, byId.keys()) ?? `there are ${[...byId.keys()].join(', ')}`;
}
