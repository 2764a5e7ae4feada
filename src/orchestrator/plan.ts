import { chooseFault } from '../faults/choose-fault.js';
import { processesHitBy } from '../faults/require-consent.js';
import { activeTimes } from '../model/active-times.js';
import { ChaosError } from '../model/chaos-error.js';
import { type Duration, formatMs, toMs } from '../model/duration.js';
import type { PlannedScenario } from '../model/events.js';
import type { CriteriaFunction, Experiment, SuccessCriteria } from '../model/experiment.js';
import type { Fault } from '../model/fault.js';
import type { Probe } from '../model/probe.js';
import type { Scenario } from '../model/scenario.js';
import { categoryOf } from '../model/scenario-type.js';
import { withDefaultCriteria } from '../model/success-criteria.js';
import { componentNames, type Target } from '../model/target.js';
import type { LocalProcess } from '../targets/find-local-processes.js';

/** A scenario with the fault that will make it real. */
export interface PlanStep {
  readonly index: number;
  readonly scenario: Scenario;
  readonly fault: Fault;
  readonly planned: PlannedScenario;
}

/** Everything that is decided before anything starts. */
export interface Plan {
  readonly experiment: Experiment;
  readonly target: Target;
  readonly steps: readonly PlanStep[];
  readonly probes: readonly Probe[];
  readonly criteria: SuccessCriteria | CriteriaFunction;
  /** True when `maxErrorRate: 0.05` was added, because nothing else would notice a system that refuses quickly. */
  readonly criteriaAdded: boolean;
  readonly seed: number;
  /** Processes of this machine that are hit beside the target, as they are now. */
  readonly localProcesses: readonly LocalProcess[];
  /** Patterns of files whose handlers of errors are observed; none: they are not. */
  readonly observedFiles: readonly string[];
  readonly baselineMs: number;
  readonly holdMs: number;
  readonly maxRecoveryWaitMs: number;
  /** What the target does once, in place of probes; null: it is a system that goes on. */
  readonly work: PlannedWork | null;
}

/** Work of the target, of which each sample counts as one of a probe. */
export interface PlannedWork {
  readonly probe: string;
  /** It is ended after this. */
  readonly timeLimitMs: number;
}

export interface PlanInput {
  readonly target: Target;
  readonly probes: readonly Probe[];
  readonly faults: readonly Fault[];
  readonly seed: number;
  readonly work?: PlannedWork | undefined;
}

/**
 * Decides which backend makes each scenario here and for how long. Touches nothing.
 *
 * @throws ChaosError MISSING_INPUT without scenarios or probes, unless the target has work to do; INVALID_INPUT when the experiment's duration clips a
 *   scenario to nothing, or handlers are to be observed in what is not started; UNSUPPORTED_SCENARIO with every scenario that cannot be made here, and why
 */
export async function planExperiment(experiment: Experiment, input: PlanInput): Promise<Plan> {
  const { target, probes, faults, seed, work = null } = input;
  if (work === null && experiment.scenarios.length === 0)
    throw missing('a scenario', 'add one: `chaosx scenarios` lists them');
  if (work === null && probes.length === 0) throw missing('a probe', 'add probes, or pass a health check');
  const activeMs = plannedTimes(experiment);
  const steps: PlanStep[] = [];
  const refusals: string[] = [];
  for (const [index, scenario] of experiment.scenarios.entries()) {
    const choice = await chooseFault(faults, scenario, target);
    if (!choice.possible) {
      refusals.push(`${scenario.name}: ${choice.reasons.join('; ')}`);
      continue;
    }
    const planned = describe(scenario, choice.fault, target, activeMs[index] ?? 0);
    steps.push({ index, scenario, fault: choice.fault, planned });
  }
  if (refusals.length > 0) {
    throw new ChaosError(
      'UNSUPPORTED_SCENARIO',
      `${target.name} cannot be given ${refusals.length === 1 ? 'this scenario' : 'these scenarios'}:\n  ${refusals.join('\n  ')}`,
      { hint: 'remove or change what is named; `chaosx scenarios ID` says what each one needs' },
    );
  }
  const { criteria, added } =
    typeof experiment.successCriteria === 'function'
      ? { criteria: experiment.successCriteria, added: false }
      : withDefaultCriteria(experiment.successCriteria);
  return {
    experiment,
    target,
    steps,
    probes,
    criteria,
    criteriaAdded: added,
    seed,
    localProcesses: processesHitBy(
      steps.map(({ fault }) => fault),
      target,
    ),
    observedFiles: observedFiles(experiment, target),
    baselineMs: toMs(experiment.baseline),
    holdMs: toMs(experiment.holdTime),
    maxRecoveryWaitMs: toMs(experiment.maxRecoveryWait),
    work,
  };
}

function missing(what: string, hint: string): ChaosError {
  return new ChaosError('MISSING_INPUT', `an experiment needs at least ${what}, got none`, { hint });
}

/** All files of the program's own, but not of what it has installed. */
const ownFiles = ['**/*'];

function observedFiles({ observeHandlers = false }: Experiment, target: Target): readonly string[] {
  if (observeHandlers === false) return [];
  if (target.kind === 'started') return observeHandlers === true ? ownFiles : observeHandlers;
  throw new ChaosError(
    'INVALID_INPUT',
    `the handlers of ${target.name} cannot be observed: chaosx does not start it`,
    {
      hint: 'their modules count from when they are loaded: give `start`, or leave `observeHandlers` out',
    },
  );
}

/** How long each scenario is active; the cap must leave time for each. */
function plannedTimes({ scenarios, duration, parallel }: Experiment): readonly number[] {
  const times = activeTimes({
    askedMs: scenarios.map((scenario) => toMs(scenario.duration)),
    capMs: duration === undefined ? undefined : toMs(duration),
    parallel,
  });
  const nothing = times.findIndex((activeMs) => activeMs <= 0);
  if (nothing !== -1) throw clippedToNothing(scenarios[nothing]?.name ?? '', duration ?? 0);
  return times;
}

function clippedToNothing(scenario: string, duration: Duration): ChaosError {
  return new ChaosError(
    'INVALID_INPUT',
    `the experiment's duration (${formatMs(toMs(duration))}) leaves no time for the scenario ${scenario}`,
    { hint: 'raise the duration, shorten the scenarios before it, or remove it' },
  );
}

function describe(scenario: Scenario, fault: Fault, target: Target, activeMs: number): PlannedScenario {
  const {
    name,
    scenarioType: type,
    description,
    severity,
    probability,
    parameters,
    targetComponents,
  } = scenario;
  return {
    name,
    type,
    category: categoryOf(type),
    description,
    severity,
    backend: fault.backend,
    activeMs,
    probability,
    parameters: JSON.parse(JSON.stringify(parameters, showCode)) as Record<string, unknown>,
    targetComponents: targetComponents.length > 0 ? targetComponents : allComponents(fault, target),
    replayable: fault.backend === 'in-process' || fault.backend === 'proxy' || fault.backend === 'agent',
  };
}

/** The components of a started target are its dependencies: what the agent does is not done to these. */
function allComponents({ backend }: Fault, target: Target): readonly string[] {
  return backend === 'agent' && target.kind === 'started' ? [] : componentNames(target);
}

/** Classes and functions of the API are shown by name: an event is plain JSON. */
function showCode(_key: string, value: unknown): unknown {
  return typeof value === 'function' ? `[${value.name || 'function'}]` : value;
}
