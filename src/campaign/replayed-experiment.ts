import type { RunStarted } from '../model/events.js';
import type { Experiment } from '../model/experiment.js';
import type { ProbeSpec } from '../model/probe.js';
import type { Severity } from '../model/scenario.js';
import { ChaosScenario } from '../scenarios/chaos-scenario.js';

/**
 * The experiment as a run had it. What was run is taken from the run's first event: a campaign runs a file with scenarios,
 * times or rates of its own. The file says what events do not: how the target is started, and what the probes ask.
 *
 * @param file - the experiment of the file that the run was made from
 * @throws ChaosError INVALID_INPUT when the first event holds a scenario that no run can have had
 */
export function replayedExperiment(file: Experiment, started: RunStarted): Experiment {
  const { criteria, abortWhen, probes, scenarios } = started;
  return {
    ...file,
    scenarios: scenarios.map(
      ({ name, type, description, severity, activeMs, probability, parameters, targetComponents }) =>
        new ChaosScenario({
          scenarioType: type,
          name,
          description,
          severity: severity as Severity,
          duration: milliseconds(activeMs),
          probability,
          parameters,
          targetComponents,
        }),
    ),
    probes: file.probes.map((probe): ProbeSpec => {
      const planned = probes.find(({ name }) => name === probe.name);
      if (planned === undefined) return probe;
      return { ...probe, every: milliseconds(planned.everyMs), timeout: milliseconds(planned.timeoutMs) };
    }),
    // What the scenarios were clipped to is in their times.
    duration: undefined,
    successCriteria: criteria === 'function' ? file.successCriteria : criteria,
    abortWhen: abortWhen ?? undefined,
    baseline: milliseconds(started.baselineMs),
    holdTime: milliseconds(started.holdMs),
    maxRecoveryWait: milliseconds(started.maxRecoveryWaitMs),
  };
}

function milliseconds(ms: number): string {
  return `${ms}ms`;
}
