import type { Experiment } from '../model/experiment.js';
import type { Scenario } from '../model/scenario.js';

/** The experiment with this scenario alone, which always triggers. */
export function experimentWith(experiment: Experiment, scenario: Scenario): Experiment {
  return {
    ...experiment,
    scenarios: [{ ...scenario, probability: 1 }],
    duration: undefined,
    parallel: false,
  };
}
