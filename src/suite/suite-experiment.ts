import type { Experiment } from '../model/experiment.js';
import type { Scenario } from '../model/scenario.js';
import { ChaosScenario } from '../scenarios/chaos-scenario.js';
import type { SuiteSpec } from './suite-spec.js';

/** The probe that the tests of a suite count as. */
export const testsProbe = 'tests';

/**
 * One run of a test command as an experiment: the fault is there from before it begins until it has ended, and nothing has
 * to recover.
 *
 * @param scenario - null: without chaos
 */
export function suiteExperiment(
  { name, command, cwd, env, dependencies }: SuiteSpec,
  scenario: Scenario | null,
  { passRate, timeLimitMs }: { readonly passRate: number; readonly timeLimitMs: number },
): Experiment {
  return {
    name,
    description: '',
    targetSystem: { name, start: command, cwd, env, dependencies },
    steadyStateHypothesis: 'the tests pass',
    probes: [],
    scenarios: scenario === null ? [] : [forAsLongAs(scenario, timeLimitMs)],
    successCriteria: { passRate },
    baseline: 0,
    holdTime: 0,
    maxRecoveryWait: 0,
    parallel: false,
  };
}

/** What makes a process stand still is over by itself: the command would never end under it. */
function forAsLongAs(scenario: Scenario, timeLimitMs: number): Scenario {
  const duration = scenario.scenarioType === 'DEADLOCK' ? scenario.duration : `${timeLimitMs}ms`;
  const { scenarioType, name, description, severity, parameters, targetComponents } = scenario;
  return new ChaosScenario({
    scenarioType,
    name,
    description,
    severity,
    duration,
    probability: 1,
    parameters,
    targetComponents,
  });
}
