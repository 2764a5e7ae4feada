import type { Duration } from '../model/duration.js';
import type {
  AbortConditions,
  CriteriaFunction,
  Experiment,
  SuccessCriteria,
  TargetSystem,
} from '../model/experiment.js';
import type { ProbeSpec } from '../model/probe.js';
import type { SafetyLimits } from '../model/safety-limits.js';
import type { Scenario } from '../model/scenario.js';
import { experimentSchema } from '../model/schema/experiment-schema.js';
import { validated } from '../model/schema/validated.js';
import { findScenario } from '../scenarios/find-scenario.js';

export interface ChaosExperimentInit {
  readonly name: string;
  readonly description?: string;
  /** Scenarios, or ids of the catalogue. */
  readonly scenarios: readonly (Scenario | string)[];
  /** The name of a target of this process, a target, or how to start one. Default: the orchestrator's. */
  readonly targetSystem?: TargetSystem;
  /** Caps the summed active time. Default: the sum of the scenarios' durations. */
  readonly duration?: Duration;
  /** Text: shown, never evaluated. */
  readonly steadyStateHypothesis?: string;
  readonly successCriteria?: SuccessCriteria | CriteriaFunction;
  readonly probes?: readonly ProbeSpec[];
  readonly seed?: number;
  /** Default 5 s. */
  readonly baseline?: Duration;
  /** Default 3 s. */
  readonly holdTime?: Duration;
  /** Default 60 s. */
  readonly maxRecoveryWait?: Duration;
  /** Default false. */
  readonly parallel?: boolean;
  readonly abortWhen?: AbortConditions;
  /**
   * Which handlers of errors run is observed, in a Node program that chaosx starts: `true` for those of its own files, or
   * patterns of files below its folder (`src/*.js`). Default false.
   */
  readonly observeHandlers?: boolean | readonly string[];
  /** What may never be done; refused before anything is touched. */
  readonly safety?: SafetyLimits;
}

/**
 * Hypothesis + target + scenarios + success criteria.
 *
 * @throws ChaosError INVALID_INPUT, UNKNOWN_NAME for a scenario id that the catalogue does not have
 * @example
 * ```ts
 * const experiment = new ChaosExperiment({
 *   name: 'Network Resilience Test',
 *   description: 'Test system resilience to network issues',
 *   scenarios: [CHAOS_SCENARIOS.high_latency, CHAOS_SCENARIOS.network_partition],
 *   targetSystem: 'my_application',
 *   duration: 60,
 *   steadyStateHypothesis: 'System maintains < 1s response time',
 *   successCriteria: { responseTimeMs: 1000 },
 * });
 * ```
 */
export class ChaosExperiment implements Experiment {
  readonly name: string;
  readonly description: string;
  readonly scenarios: readonly Scenario[];
  readonly targetSystem: TargetSystem | undefined;
  readonly duration: Duration | undefined;
  readonly steadyStateHypothesis: string;
  readonly successCriteria: SuccessCriteria | CriteriaFunction;
  readonly probes: readonly ProbeSpec[];
  readonly seed: number | undefined;
  readonly baseline: Duration;
  readonly holdTime: Duration;
  readonly maxRecoveryWait: Duration;
  readonly parallel: boolean;
  readonly abortWhen: AbortConditions | undefined;
  readonly observeHandlers: boolean | readonly string[] | undefined;
  readonly safety: SafetyLimits | undefined;

  constructor(init: ChaosExperimentInit) {
    const what =
      typeof init.name === 'string' ? `the experiment ${JSON.stringify(init.name)}` : 'the experiment';
    const valid = validated(experimentSchema, { ...init, scenarios: withIdsFound(init.scenarios) }, what);
    this.name = valid.name;
    this.description = valid.description;
    this.scenarios = valid.scenarios;
    this.targetSystem = valid.targetSystem;
    this.duration = valid.duration;
    this.steadyStateHypothesis = valid.steadyStateHypothesis;
    this.successCriteria = valid.successCriteria;
    this.probes = valid.probes;
    this.seed = valid.seed;
    this.baseline = valid.baseline;
    this.holdTime = valid.holdTime;
    this.maxRecoveryWait = valid.maxRecoveryWait;
    this.parallel = valid.parallel;
    this.abortWhen = valid.abortWhen;
    this.observeHandlers = valid.observeHandlers;
    this.safety = valid.safety;
    Object.freeze(this);
  }
}

/** What is not a list at all is left for the schema to refuse. */
function withIdsFound(scenarios: ChaosExperimentInit['scenarios']): unknown {
  if (!Array.isArray(scenarios)) return scenarios;
  return scenarios.map((one: Scenario | string) => (typeof one === 'string' ? findScenario(one) : one));
}
