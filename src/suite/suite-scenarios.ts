import { supportedScenarios } from '../campaign/supported-scenarios.js';
import { allFaults } from '../faults/all-faults.js';
import { ChaosError } from '../model/chaos-error.js';
import type { ChaosScenarioType } from '../model/scenario-type.js';
import type { Scenario } from '../model/scenario.js';
import type { Target } from '../model/target.js';
import { CHAOS_SCENARIOS } from '../scenarios/chaos-scenarios.js';

/** Why a scenario cannot be made on a test command; null when nothing of that kind speaks against it. */
export function refusalForSuite({ scenarioType }: Scenario): string | null {
  const acts: readonly ChaosScenarioType[] = ['PROCESS_PAUSE', 'PROCESS_KILL', 'FD_EXHAUSTION'];
  return acts.includes(scenarioType)
    ? 'it acts on what a process is when it comes, and the command has not begun by then'
    : null;
}

/**
 * The scenarios of the catalogue that a test command can be given here, where none are named.
 *
 * @throws ChaosError UNSUPPORTED_SCENARIO with all reasons when there are none
 */
export async function scenariosForSuite(target: Target): Promise<readonly Scenario[]> {
  const fitting = Object.values(CHAOS_SCENARIOS).filter((scenario) => refusalForSuite(scenario) === null);
  const { supported, reasons } = await supportedScenarios(fitting, target, allFaults);
  if (supported.length > 0) return supported;
  throw new ChaosError('UNSUPPORTED_SCENARIO', `${target.name} supports no scenario of the catalogue`, {
    hint: reasons.join('\n'),
  });
}
