import type { Duration } from './duration.js';
import type { ProbeSpec } from './probe.js';
import type { SafetyLimits } from './safety-limits.js';
import type { Scenario } from './scenario.js';
import type { Target } from './target.js';
import type { MetricsSummary } from './results.js';

/** Limits of which each is judged per triggered scenario and probe. Milliseconds, shares 0–1, or durations. */
export interface SuccessCriteria {
  /** Limit for the p95 of response times while the fault is active, in ms. */
  readonly responseTimeMs?: number | undefined;
  /** The same as `responseTimeMs`. */
  readonly p95ResponseMs?: number | undefined;
  /** Limit for the longest response time while the fault is active, in ms. */
  readonly maxResponseMs?: number | undefined;
  /** Longest outage from injection to the end of recovery. */
  readonly maxDowntime?: Duration | undefined;
  /** Longest time from revert until the steady state holds again. */
  readonly maxRecoveryTime?: Duration | undefined;
  /** Least share of samples that pass while the fault is active, 0–1. */
  readonly passRate?: number | undefined;
  /** Largest share of samples that fail while the fault is active, 0–1. */
  readonly maxErrorRate?: number | undefined;
  /** Least share of time up, from injection to the end of recovery, 0–1. */
  readonly minAvailability?: number | undefined;
}
export type CriterionName = keyof SuccessCriteria;

/** Runs once, in the run, on its metrics; the answer becomes an event, so that judging again needs no code. */
export type CriteriaFunction = (metrics: MetricsSummary) => boolean | Promise<boolean>;

/** Stops the run early: consecutive failed samples of one probe, or a criterion over a sliding 10 s. */
export interface AbortConditions {
  readonly consecutiveFailures?: number | undefined;
  readonly p95ResponseMs?: number | undefined;
  readonly maxResponseMs?: number | undefined;
  readonly maxErrorRate?: number | undefined;
  readonly passRate?: number | undefined;
}

/** How the readiness of a started target is seen. */
export interface ReadySpec {
  readonly http?: string | undefined;
  readonly tcp?: string | undefined;
  /** Default 10 s. */
  readonly within?: Duration | undefined;
}

/** Where the target finds a dependency: a variable whose address is rewritten, or a fixed port to listen on. */
export type DependencySpec = { readonly env: string } | { readonly address: string; readonly listen: string };

/** The network of a target that is started apart from the machine's. */
export interface OwnNetworkSpec {
  /** Ports of the target that are reached at 127.0.0.1 of this machine as well. */
  readonly publish: readonly number[];
}

/** A process that chaosx starts. */
export interface StartSpec {
  readonly name: string;
  /** An argument list; a string is split without a shell. */
  readonly start: string | readonly string[];
  /** Runs `start` (a string) through `/bin/sh -c`. Default false. */
  readonly shell?: boolean | undefined;
  readonly cwd?: string | undefined;
  /** Added to chaosx's own environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly ready?: ReadySpec | undefined;
  readonly dependencies?: Readonly<Record<string, DependencySpec>> | undefined;
  /** Starts it in a network namespace of its own, where rules of the kernel break its network. */
  readonly ownNetwork?: OwnNetworkSpec | undefined;
}

/** A place on the network that somebody else runs, or several that are broken as one: each `IP:port`. */
export interface AddressSpec {
  readonly name: string;
  readonly address: string | readonly string[];
}

/** A place that somebody else runs, and where clients reach it through chaosx while it is broken. Both `host:port`. */
export interface FrontSpec {
  readonly name: string;
  readonly address: string;
  readonly listen: string;
}

/** Several such places by name: the components of the target. */
export interface FrontsSpec {
  readonly name: string;
  readonly fronts: Readonly<Record<string, { readonly address: string; readonly listen: string }>>;
}

/**
 * A process that runs already and is not chaosx's: exactly one of `pid`, `port` and `command` says which. It is never
 * stopped; a Node process is reached by attaching the agent.
 */
export interface RunningSpec {
  readonly name: string;
  readonly pid?: number | undefined;
  /** The one process that listens on this TCP port. */
  readonly port?: number | undefined;
  /** Its command line, or a part that no other process has. */
  readonly command?: string | undefined;
  /**
   * Attaches also where it cannot be seen that the process has no SIGUSR1 handler of its own, as with a Node without
   * symbols. Default false.
   */
  readonly trustSignal?: boolean | undefined;
}

/** The name of a target of this process, a ready target, how to start one, which process it is, where it is, or where it is and is to be reached. */
export type TargetSystem = string | Target | StartSpec | RunningSpec | AddressSpec | FrontSpec | FrontsSpec;

/** Hypothesis + target + scenarios + success criteria. */
export interface Experiment {
  readonly name: string;
  readonly description: string;
  readonly targetSystem?: TargetSystem | undefined;
  /** Text: shown, never evaluated. The criteria decide. */
  readonly steadyStateHypothesis: string;
  readonly probes: readonly ProbeSpec[];
  readonly scenarios: readonly Scenario[];
  /** Caps the summed active time, without baseline and recovery. Default: the sum of the scenarios. */
  readonly duration?: Duration | undefined;
  readonly successCriteria: SuccessCriteria | CriteriaFunction;
  /** Default: drawn at the start, printed and stored. */
  readonly seed?: number | undefined;
  /** Default 5 s. */
  readonly baseline: Duration;
  /** How long the steady state must hold to count as recovered. Default 3 s. */
  readonly holdTime: Duration;
  /** Default 60 s. */
  readonly maxRecoveryWait: Duration;
  /** Default false: one scenario after the other. */
  readonly parallel: boolean;
  readonly abortWhen?: AbortConditions | undefined;
  /**
   * Which handlers of errors run is observed, in a Node program that chaosx starts: `true` for those of its own files, or
   * patterns of files below its folder (`src/*.js`). Default false.
   */
  readonly observeHandlers?: boolean | readonly string[] | undefined;
  /** What may never be done; refused before anything is touched. */
  readonly safety?: SafetyLimits | undefined;
}
