import { randomInt } from 'node:crypto';
import { readContinuous } from '../campaign/read-continuous.js';
import { runContinuous } from '../campaign/run-continuous.js';
import { unaskedScenarios } from '../campaign/unasked-scenarios.js';
import { ChaosError } from '../model/chaos-error.js';
import { toMs } from '../model/duration.js';
import type { Scenario } from '../model/scenario.js';
import { systemClock } from '../model/system-clock.js';
import { resolveTarget } from '../orchestrator/resolve-target.js';
import { scenariosNamed } from '../scenarios/scenarios-named.js';
import { ChaosExperiment } from './chaos-experiment.js';
import type { ChaosOrchestratorOptions } from './chaos-orchestrator-options.js';
import type { ContinuousChaosOptions, ContinuousChaosResults } from './continuous-options.js';
import { unlessMishap } from './unless-mishap.js';

/** `ChaosOrchestrator.runContinuousChaos`. */
export async function runContinuousChaos(
  options: ContinuousChaosOptions,
  defaults: ChaosOrchestratorOptions,
): Promise<ContinuousChaosResults> {
  const { duration, interval, severityRange = [1, 5], errorBudget, keepRuns, signal } = options;
  const { resultsDirectory = 'chaos_results', stateDirectory, faults, clock = systemClock } = defaults;
  const healthCheck = options.healthCheck ?? defaults.healthCheck;
  const healthCheckEvery = options.healthCheckEvery ?? defaults.healthCheckEvery;
  const candidates = candidatesOf(options, defaults);
  const experiment = experimentOf(options, candidates, defaults);
  if (healthCheck === undefined && experiment.probes.length === 0) {
    throw new ChaosError('MISSING_INPUT', 'runContinuousChaos got no health check and no probes', {
      hint: 'pass `healthCheck` or `probes`, or give the ChaosOrchestrator a health check',
    });
  }
  const resume = options.resume === undefined ? null : await readContinuous(options.resume);
  const { results, folder, mishaps } = await runContinuous({
    durationMs: toMs(duration),
    intervalMs: toMs(interval),
    severityRange,
    errorBudget: errorBudget ?? null,
    keepRuns: keepRuns ?? null,
    experiment,
    candidates,
    prepare: {
      healthCheck,
      healthCheckEvery,
      defaultTarget: defaults.targetSystem,
      faults,
      allowLocalProcesses: defaults.allowLocalProcesses,
    },
    campaign: {
      seed: options.seed ?? experiment.seed ?? resume?.started.seed ?? randomInt(2 ** 31),
      resultsDirectory,
      stateDirectory,
      clock,
      onEvent: options.onEvent,
      onRunEvent: options.onRunEvent,
    },
    resume,
    signal: signal ?? new AbortController().signal,
  });
  return unlessMishap({ ...results, folder }, mishaps);
}

function candidatesOf(
  { scenarios, experiment, targetSystem }: ContinuousChaosOptions,
  defaults: ChaosOrchestratorOptions,
): readonly Scenario[] {
  if (scenarios === undefined)
    return experiment?.scenarios ?? unaskedScenarios(targetSystem ?? defaults.targetSystem);
  if (scenarios.length > 0) return scenariosNamed(scenarios, experiment?.scenarios);
  throw new ChaosError('MISSING_INPUT', 'expected scenarios, got none', {
    hint: 'leave `scenarios` out for all that the target supports',
  });
}

/** The experiment, with what the options say of it. */
function experimentOf(
  options: ContinuousChaosOptions,
  scenarios: readonly Scenario[],
  defaults: ChaosOrchestratorOptions,
): ChaosExperiment {
  const { experiment, probes = [] } = options;
  const target = options.targetSystem ?? experiment?.targetSystem ?? defaults.targetSystem;
  const name = experiment?.name ?? `Continuous chaos on ${resolveTarget(target).target.name}`;
  const { steadyStateHypothesis, successCriteria, abortWhen, baseline, holdTime, maxRecoveryWait } = {
    ...experiment,
    ...given(options),
  };
  return new ChaosExperiment({
    name: options.name ?? name,
    scenarios,
    probes: [...(experiment?.probes ?? []), ...probes],
    ...given({
      description: experiment?.description,
      targetSystem: target,
      seed: experiment?.seed,
      safety: experiment?.safety,
    }),
    ...given({ steadyStateHypothesis, successCriteria, abortWhen, baseline, holdTime, maxRecoveryWait }),
  });
}

function given<Values extends object>(
  values: Values,
): { [K in keyof Values]?: Exclude<Values[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof Values]?: Exclude<Values[K], undefined> };
}
