import type { GoDecider } from '../campaign/go-question.js';
import type { CampaignEventSink } from '../model/campaign-events.js';
import type { Duration } from '../model/duration.js';
import type { EventSink } from '../model/events.js';
import type { SuccessCriteria, TargetSystem } from '../model/experiment.js';
import type { StopOn } from '../model/gameday.js';
import type { HealthCheck, ProbeSpec } from '../model/probe.js';
import type { Scenario } from '../model/scenario.js';

/** A scenario, or an id of the catalogue, with what is expected of the system while it is active. */
export interface HypothesisedScenario {
  readonly use: string | Scenario;
  /** Text: shown, never evaluated. */
  readonly hypothesis: string;
}

/**
 * A gameday: its agenda, who is asked, and when it ends.
 *
 * @example
 * ```ts
 * const orchestrator = new ChaosOrchestrator({ targetSystem: inProcessTarget('shop', { db }) });
 * const { agenda } = await orchestrator.runGameday({
 *   scenarios: ['random_exceptions', { use: 'null_injection', hypothesis: 'The last price is shown' }],
 *   systemHealthCheck: () => shop.isResponsive(),
 *   duration: '200ms',
 *   baseline: '200ms',
 *   holdTime: '100ms',
 * });
 * for (const { scenario, surprises } of agenda) console.log(scenario, surprises);
 * ```
 */
export interface GamedayOptions {
  /** The agenda; the mildest comes first. What the target does not support is left out with its reason. */
  readonly scenarios: readonly (string | Scenario | HypothesisedScenario)[];
  /** Asked before, during and after each fault. Default: the orchestrator's. */
  readonly systemHealthCheck?: HealthCheck;
  /** Time between two asks. Default: the orchestrator's, else 1 s. */
  readonly healthCheckEvery?: Duration;
  /** Default: the orchestrator's, else this process. */
  readonly targetSystem?: TargetSystem;
  /** Default `Gameday of <target>`. */
  readonly name?: string;
  /** What should stay true all day, as a sentence: hypotheses that are not given are made of it. */
  readonly steadyStateHypothesis?: string;
  /** Limits of each round. */
  readonly successCriteria?: SuccessCriteria;
  /** Asked besides the health check. */
  readonly probes?: readonly ProbeSpec[];
  /**
   * What ends the day by itself, beside a leak, which always does: a round that `deviated`, one that did not recover
   * (the default), or nothing else (`never`).
   */
  readonly stopOn?: StopOn;
  /** Go, no-go or stop before each round. Default: go as long as the last round recovered, was clean and steady. */
  readonly decide?: GoDecider;
  /** Notes for the timeline, each taken at the moment it comes; what comes after the end is dropped. */
  readonly notes?: AsyncIterable<string>;
  /** How long each fault is active. Default: as its scenario says. */
  readonly duration?: Duration;
  /** Before each fault. Default 5 s. */
  readonly baseline?: Duration;
  /** How long the system must be well to count as recovered. Default 3 s. */
  readonly holdTime?: Duration;
  /** Default 60 s. */
  readonly maxRecoveryWait?: Duration;
  /** Default: drawn, and in the results. */
  readonly seed?: number;
  /** Aborting reverts and ends the day; the verdict is then `interrupted`. */
  readonly signal?: AbortSignal;
  /** Told what happens between the runs. */
  readonly onEvent?: CampaignEventSink;
  /** Told the events of each run. */
  readonly onRunEvent?: EventSink;
}
