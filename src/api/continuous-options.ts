import type { CampaignEventSink } from '../model/campaign-events.js';
import type { ContinuousResults } from '../model/campaign-results.js';
import type { Duration } from '../model/duration.js';
import type { EventSink } from '../model/events.js';
import type {
  AbortConditions,
  CriteriaFunction,
  Experiment,
  SuccessCriteria,
  TargetSystem,
} from '../model/experiment.js';
import type { HealthCheck, ProbeSpec } from '../model/probe.js';
import type { Scenario } from '../model/scenario.js';

export interface ContinuousChaosOptions {
  /** Of all of it. No round begins whose fault could not be over by then. */
  readonly duration: Duration;
  /** From the start of one round to the start of the next; a round that takes longer only delays the next. */
  readonly interval: Duration;
  /** The mildest and the hardest scenario, both included. Default `[1, 5]`. */
  readonly severityRange?: readonly [min: number, max: number];
  /** What is the same in each round; its scenarios are those to choose from. Default: made of what is given below. */
  readonly experiment?: Experiment;
  /** Ids of the catalogue, or scenarios. Default: the experiment's, else all that the target supports. */
  readonly scenarios?: readonly (string | Scenario)[];
  /** Default: the experiment's, else the orchestrator's. */
  readonly targetSystem?: TargetSystem;
  /** Default: the orchestrator's. */
  readonly healthCheck?: HealthCheck;
  /** Time between two asks of it. Default: the orchestrator's, else 1 s. */
  readonly healthCheckEvery?: Duration;
  /** Besides those of the experiment. */
  readonly probes?: readonly ProbeSpec[];
  /** Of the campaign, in reports. Default `Continuous chaos on <target>`. */
  readonly name?: string;
  /** Text: shown, never evaluated. */
  readonly steadyStateHypothesis?: string;
  readonly successCriteria?: SuccessCriteria | CriteriaFunction;
  /** Ends a round early. */
  readonly abortWhen?: AbortConditions;
  /** Before each fault. Default 5 s. */
  readonly baseline?: Duration;
  /** How long the system must be well to count as recovered. Default 3 s. */
  readonly holdTime?: Duration;
  /** How long each round waits for recovery. Default 60 s. */
  readonly maxRecoveryWait?: Duration;
  /** Stops when a larger share of all samples has failed, 0–1. Default: no limit. */
  readonly errorBudget?: number;
  /** Keeps the folders of this many rounds that held, the latest, and of all that did not. Default: all. */
  readonly keepRuns?: number;
  /** Default: drawn, and in the results. */
  readonly seed?: number;
  /** The folder of a campaign that a crash, a signal or a stop ended: goes on with it, under the same options. */
  readonly resume?: string;
  /** Aborting reverts first; the verdict is then `interrupted`. */
  readonly signal?: AbortSignal;
  readonly onEvent?: CampaignEventSink;
  /** Told the events of each run. */
  readonly onRunEvent?: EventSink;
}

/** What continuous chaos showed. */
export interface ContinuousChaosResults extends ContinuousResults {
  /** Where it was kept; null when nothing was. `resume` takes it. */
  readonly folder: string | null;
}
