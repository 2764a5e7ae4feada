import { randomInt } from 'node:crypto';
import { runGameday } from '../campaign/run-gameday.js';
import { ChaosError } from '../model/chaos-error.js';
import type { GamedayResults } from '../model/campaign-results.js';
import type { Experiment } from '../model/experiment.js';
import { type AgendaEntry, stopOnChoices } from '../model/gameday.js';
import { shown } from '../model/schema/shown.js';
import { systemClock } from '../model/system-clock.js';
import { resolveTarget } from '../orchestrator/resolve-target.js';
import { scenariosNamed } from '../scenarios/scenarios-named.js';
import { ChaosExperiment } from './chaos-experiment.js';
import type { ChaosOrchestratorOptions } from './chaos-orchestrator-options.js';
import type { GamedayOptions, HypothesisedScenario } from './gameday-options.js';
import { unlessMishap } from './unless-mishap.js';

/** `ChaosOrchestrator.runGameday`. */
export async function gameday(
  orchestrator: ChaosOrchestratorOptions,
  options: GamedayOptions,
): Promise<GamedayResults> {
  const { resultsDirectory: keptIn = 'chaos_results', stateDirectory, clock = systemClock } = orchestrator;
  const { stopOn = 'not-recovered', systemHealthCheck = orchestrator.healthCheck, probes = [] } = options;
  if (systemHealthCheck === undefined && probes.length === 0) {
    throw new ChaosError('MISSING_INPUT', 'runGameday got no systemHealthCheck and no probes', {
      hint: 'say how it is seen that the system is well: `systemHealthCheck: () => fetch(url)`',
    });
  }
  if (!stopOnChoices.includes(stopOn)) {
    throw new ChaosError(
      'INVALID_INPUT',
      `expected stopOn to be one of ${stopOnChoices.join(', ')}, got ${stopOn}`,
    );
  }
  const agenda = agendaOf(options);
  const experiment = experimentOf(orchestrator, options, agenda);
  const failedNotes: unknown[] = [];
  const { results, mishaps } = await runGameday({
    name: experiment.name,
    experiment,
    agenda,
    stopOn,
    decide: options.decide,
    notes: (take) => void takeAll(options.notes, take).catch((error: unknown) => failedNotes.push(error)),
    prepare: {
      healthCheck: systemHealthCheck,
      healthCheckEvery: options.healthCheckEvery ?? orchestrator.healthCheckEvery,
      defaultTarget: orchestrator.targetSystem,
      faults: orchestrator.faults,
      allowLocalProcesses: orchestrator.allowLocalProcesses,
    },
    campaign: {
      seed: options.seed ?? randomInt(2 ** 31),
      resultsDirectory: keptIn,
      stateDirectory,
      clock,
      onEvent: options.onEvent,
      onRunEvent: options.onRunEvent,
    },
    signal: options.signal ?? new AbortController().signal,
  });
  return unlessMishap(results, [...mishaps, ...failedNotes]);
}

async function takeAll(notes: GamedayOptions['notes'], take: (text: string) => void): Promise<void> {
  for await (const text of notes ?? []) take(text);
}

function agendaOf({ scenarios, duration }: GamedayOptions): readonly AgendaEntry[] {
  if (!Array.isArray(scenarios) || scenarios.length === 0) {
    throw new ChaosError(
      'MISSING_INPUT',
      `expected a list of at least one scenario, got ${shown(scenarios)}`,
      {
        hint: "name what is to be broken: `scenarios: ['high_latency', 'cpu_spike']`",
      },
    );
  }
  const named = scenariosNamed(scenarios.map((each) => (isHypothesised(each) ? each.use : each)));
  return named.map((scenario, i) => {
    const asked = scenarios[i];
    return {
      scenario: duration === undefined ? scenario : { ...scenario, duration },
      hypothesis: asked !== undefined && isHypothesised(asked) ? asked.hypothesis : null,
    };
  });
}

function isHypothesised(each: GamedayOptions['scenarios'][number]): each is HypothesisedScenario {
  return typeof each === 'object' && each !== null && 'use' in each;
}

/** Each round's, but for its scenario. */
function experimentOf(
  { targetSystem: registered }: ChaosOrchestratorOptions,
  options: GamedayOptions,
  agenda: readonly AgendaEntry[],
): Experiment {
  const { steadyStateHypothesis, successCriteria, probes, baseline, holdTime, maxRecoveryWait } = options;
  const targetSystem = options.targetSystem ?? registered ?? 'this process';
  return new ChaosExperiment({
    name: options.name ?? `Gameday of ${resolveTarget(targetSystem, registered).target.name}`,
    scenarios: agenda.map(({ scenario }) => scenario),
    targetSystem,
    ...(steadyStateHypothesis !== undefined && { steadyStateHypothesis }),
    ...(successCriteria !== undefined && { successCriteria }),
    ...(probes !== undefined && { probes }),
    ...(baseline !== undefined && { baseline }),
    ...(holdTime !== undefined && { holdTime }),
    ...(maxRecoveryWait !== undefined && { maxRecoveryWait }),
  });
}
