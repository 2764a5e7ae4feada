import type { TargetSystem } from '../model/experiment.js';
import type { ChaosScenarioType } from '../model/scenario-type.js';
import type { Target } from '../model/target.js';
import type { ChaosScenario } from '../scenarios/chaos-scenario.js';
import { CHAOS_SCENARIOS } from '../scenarios/chaos-scenarios.js';
import { isRunningSpec } from '../targets/running-target.js';

/**
 * The scenarios that chaosx may choose by itself, where nobody named any: all of the catalogue, but on a process that somebody else
 * started none that may end it for good.
 */
export function unaskedScenarios(target: TargetSystem | Target | undefined): readonly ChaosScenario[] {
  const all: readonly ChaosScenario[] = Object.values(CHAOS_SCENARIOS);
  if (typeof target !== 'object') return all;
  const isSomebodyElses = 'kind' in target ? target.kind === 'running' : isRunningSpec(target);
  // A database ends when an fsync fails, and rightly so.
  const mayEndIt: readonly ChaosScenarioType[] = ['PROCESS_KILL', 'SYSCALL_ERROR'];
  return isSomebodyElses ? all.filter(({ scenarioType }) => !mayEndIt.includes(scenarioType)) : all;
}
