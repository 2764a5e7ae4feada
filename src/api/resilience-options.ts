import type { TesterSettings } from '../judge/campaign/tester-settings.js';
import type { CampaignEventSink } from '../model/campaign-events.js';
import type { Clock } from '../model/clock.js';
import type { Duration } from '../model/duration.js';
import type { EventSink } from '../model/events.js';
import type { TargetSystem } from '../model/experiment.js';
import type { Fault } from '../model/fault.js';
import type { HealthCheck } from '../model/probe.js';
import type { Scenario } from '../model/scenario.js';

export interface ResilienceTesterOptions {
  /** What counts as good. Default: recovery within 30 s, tolerance 80 %, availability 99 %, degradation 80 %. */
  readonly targets?: Partial<TesterSettings['targets']>;
  /** Where campaigns are kept. Default `chaos_results` in the working directory; null keeps nothing. */
  readonly resultsDirectory?: string | null;
  /** Where undo journals live. Default: the user's state directory. */
  readonly stateDirectory?: string;
  /** Lets rules of the kernel hit every local process that talks to the address of a target. Default false. */
  readonly allowLocalProcesses?: boolean;
  /** Default: every fault of this package. */
  readonly faults?: readonly Fault[];
  readonly clock?: Clock;
}

interface CallContext {
  /** Aborted when the caller's time is up. */
  readonly signal: AbortSignal;
}

/** A function that is called as users would call the system, or an object and how to call it. */
export type Subject<System, Answer> =
  | {
      readonly systemUnderTest: (context: CallContext) => Answer | Promise<Answer>;
      readonly call?: undefined;
    }
  | {
      readonly systemUnderTest: System;
      readonly call: (system: System, context: CallContext) => Answer | Promise<Answer>;
    };

/** What every test of resilience takes besides its subject. */
export interface ResilienceOptions<Answer> {
  /** Asked besides the calls of the system; needed by none. */
  readonly healthCheck?: HealthCheck;
  /** Time between two asks of it. Default 1 s. */
  readonly healthCheckEvery?: Duration;
  /** Default: every answer is right, because the call did not throw. */
  readonly isCorrect?: (answer: Awaited<Answer>) => boolean | Promise<boolean>;
  /** The share of the full answer that a declared fallback gives, 0–1; `true` is 0.5, `false` no fallback. */
  readonly isFallback?: (answer: Awaited<Answer>) => boolean | number | Promise<boolean | number>;
  /** What is broken. Default: this process. */
  readonly targetSystem?: TargetSystem;
  /** Of the campaign, in reports. Default `Resilience of <target>`. */
  readonly name?: string;
  /** How often the system is called, whether or not it answers. Default 10 a second, at most 10 at once. */
  readonly load?: { readonly perSecond?: number; readonly maxInFlight?: number };
  /** Longest time that a caller waits for an answer. Default 2 s. */
  readonly timeout?: Duration;
  /** How long each fault is active. Default: as its scenario says. */
  readonly duration?: Duration;
  /** Before each fault. Default 5 s. */
  readonly baseline?: Duration;
  /** How long the system must be well to count as recovered. Default 3 s. */
  readonly holdTime?: Duration;
  /** How long each run waits for recovery: the horizon of the mean time to recovery. Default 60 s. */
  readonly maxRecoveryWait?: Duration;
  /** Default: drawn, and in the results. */
  readonly seed?: number;
  /** Aborting reverts first; the verdict is then `interrupted`. */
  readonly signal?: AbortSignal;
  /** Told what happens between the runs. */
  readonly onEvent?: CampaignEventSink;
  /** Told the events of each run. */
  readonly onRunEvent?: EventSink;
}

export interface TestResilienceOptions<Answer> extends ResilienceOptions<Answer> {
  /** Ids of the catalogue, or scenarios. Default: all that the target supports. */
  readonly scenarios?: readonly (string | Scenario)[];
  /** Of each scenario. Default 5, the fewest that give intervals. */
  readonly runs?: number;
}

export interface TestRecoveryTimeOptions<Answer> extends ResilienceOptions<Answer> {
  /** An id of the catalogue, or a scenario. */
  readonly scenarioName: string | Scenario;
  /** Default 1. */
  readonly runs?: number;
}

export interface TestFaultToleranceOptions<Answer> extends ResilienceOptions<Answer> {
  /** Ids of the catalogue, or scenarios. Default: all that the target supports. */
  readonly scenarios?: readonly (string | Scenario)[];
  /** Faults in all, the scenarios in turn. Default 20. */
  readonly numIterations?: number;
}
