import type { Clock } from '../model/clock.js';
import type { Duration } from '../model/duration.js';
import type { TargetSystem } from '../model/experiment.js';
import type { Fault } from '../model/fault.js';
import type { HealthCheck } from '../model/probe.js';

/** What an orchestrator holds, for what the options of its methods leave out. */
export interface ChaosOrchestratorOptions {
  /** Stands in where an experiment names no target, or names this one. */
  readonly targetSystem?: TargetSystem;
  /** Asked in every experiment that is run without one of its own. */
  readonly healthCheck?: HealthCheck;
  /** Time between two asks of a health check. Default 1 s. */
  readonly healthCheckEvery?: Duration;
  /** Where runs are kept. Default `chaos_results` in the working directory; null keeps nothing. */
  readonly resultsDirectory?: string | null;
  /** Where undo journals live. Default: the user's state directory. */
  readonly stateDirectory?: string;
  /** Lets rules of the kernel hit every local process that talks to the address of a target. Default false. */
  readonly allowLocalProcesses?: boolean;
  /** Default: every fault of this package. */
  readonly faults?: readonly Fault[];
  readonly clock?: Clock;
}
