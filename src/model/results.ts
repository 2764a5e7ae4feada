import type { Evidence } from './evidence.js';
import type { Backend } from './fault.js';
import type { HandlerPlace } from './handler.js';
import type { ChaosScenarioType } from './scenario-type.js';
import type { Status, Verdict } from './verdict.js';

/** Milliseconds; failed samples count with the time they took. */
export interface ResponseTimes {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** null where there was no sample. */
export interface ResponseTimesByPhase {
  readonly before: ResponseTimes | null;
  /** While the fault was active. */
  readonly during: ResponseTimes | null;
  /** From revert to the end of recovery. */
  readonly after: ResponseTimes | null;
}

/** How one probe, or all together, saw one scenario. Shares are 0–1; null where nothing was observed. */
export interface ProbeMetrics {
  readonly probe: string;
  /** Samples while the fault was active. */
  readonly samples: number;
  readonly failed: number;
  /** Share of samples that passed while the fault was active. */
  readonly passRate: number | null;
  /** Mean share of the full answer in the samples that passed while the fault was active. */
  readonly harvest: number | null;
  /** Share of samples that passed, from injection to the end of recovery. */
  readonly availabilityBySamples: number | null;
  /** Share of time up, from injection to the end of recovery. */
  readonly availabilityByTime: number | null;
  /** Longest outage, from the first failed sample's intended start to the next passed one's. */
  readonly longestOutageMs: number;
  readonly responseTimes: ResponseTimesByPhase;
}

export interface ScenarioMetrics {
  readonly scenario: string;
  readonly recoveryTimeSeconds: number | null;
  readonly probes: readonly ProbeMetrics[];
}

/** What a criteria function gets, and what `results.json` has under `metrics`. The worst over scenarios and probes. */
export interface MetricsSummary {
  readonly availabilityBySamples: number | null;
  readonly availabilityByTime: number | null;
  readonly passRate: number | null;
  readonly longestOutageMs: number;
  /** The longest; null when nothing was injected or it never came back. */
  readonly recoveryTimeSeconds: number | null;
  /** All probes and scenarios together. */
  readonly responseTimes: ResponseTimesByPhase;
  readonly scenarios: readonly ScenarioMetrics[];
}

export interface CriterionResult {
  /** e.g. `maxResponseMs`, or `function`. */
  readonly name: string;
  readonly scenario: string;
  /** null for a criterion that is not judged per probe. */
  readonly probe: string | null;
  /** In the unit of the name; durations in seconds. */
  readonly limit: number | null;
  readonly observed: number | null;
  /** null: nothing was observed that could decide it. */
  readonly held: boolean | null;
}

export interface ScenarioResult {
  readonly name: string;
  readonly type: ChaosScenarioType;
  readonly severity: number;
  readonly triggered: boolean;
  readonly backend: Backend;
  /** null: it did not trigger or was skipped. */
  readonly verdict: Verdict | null;
  /** One sentence: what decided the verdict. */
  readonly reason: string;
  readonly evidence: Evidence | null;
  /** Milliseconds since the run's start. */
  readonly injectedAtMs: number | null;
  readonly revertedAtMs: number | null;
  readonly recovered: boolean | null;
  readonly recoveryTimeSeconds: number | null;
  readonly decisionsFired: number;
  readonly replayable: boolean;
}

export interface Recommendation {
  readonly scenario: string;
  /** What was seen, in numbers of this run. */
  readonly evidence: string;
  /** What to do about it. */
  readonly action: string;
}

/** How many things of one kind there were before a run, and are after it. */
export interface ComparedThings {
  /** e.g. `nftables`. */
  readonly what: string;
  readonly before: number;
  readonly after: number;
}

/** What could have been left behind, compared. */
export interface CleanExit {
  readonly clean: boolean;
  /** What was looked at. */
  readonly checked: readonly string[];
  /** What is there that was not, a sentence each; never what others did meanwhile. */
  readonly leftovers: readonly string[];
  /** The same in numbers; runs of earlier versions have none. */
  readonly compared?: readonly ComparedThings[];
}

/** How a handler of errors behaved while something was broken: from injection to the end of recovery. */
export interface ObservedHandler extends HandlerPlace {
  /** null: it cannot be told, for it is no function that stands in the module. */
  readonly ran: number | null;
  /** Of these, how often it ended, neither throwing nor ever having used the error. */
  readonly swallowed: number;
  /** Of these, how often by an error that carries the mark of chaosx, or was caused by one. */
  readonly injected: number;
  /** How often it ran before, between and after the faults. */
  readonly ranOutside: number;
}

/** How many handlers there are of each sort. */
export interface HandlerTotals {
  /** In the modules that were loaded. */
  readonly found: number;
  readonly ran: number;
  readonly swallowed: number;
  readonly neverRan: number;
  /** Of which it cannot be told whether they ran. */
  readonly untold: number;
}

/** Which handlers of errors were exercised: for who writes tests. */
export interface HandlerResults {
  readonly totals: HandlerTotals;
  /** At most 2,000: those that never ran first, then those that swallowed, then the others. */
  readonly handlers: readonly ObservedHandler[];
  /** Of each scenario that was injected, how many ran and swallowed, and which: at most 1,000. */
  readonly scenarios: readonly ScenarioHandlers[];
  /** Handlers that were left out, because there were too many. */
  readonly more: number;
  /** Modules whose handlers do not count, and why. */
  readonly outOfReach: readonly { readonly file: string; readonly reason: string }[];
  /** Why there is no more to tell; null: all is told. */
  readonly failed: string | null;
}

export interface ScenarioHandlers {
  readonly scenario: string;
  readonly ran: number;
  readonly swallowed: number;
  readonly handlers: readonly Omit<ObservedHandler, 'ranOutside'>[];
}

/** What a run showed: `results.json`. */
export interface Results {
  readonly experiment: string;
  readonly runId: string;
  readonly seed: number;
  readonly startedAt: string;
  readonly durationSeconds: number;
  readonly target: string;
  readonly hypothesis: string;
  readonly status: Status;
  readonly verdict: Verdict;
  /** One sentence: what decided the verdict. */
  readonly reason: string;
  /** True when the verdict is `held`. */
  readonly experimentSuccessful: boolean;
  /** The abort condition, signal or error that stopped it; null when it ran to its end. */
  readonly stoppedBy: string | null;
  /** The child's last lines, when the target failed. */
  readonly lastOutput: readonly string[];
  readonly scenarios: readonly ScenarioResult[];
  readonly metrics: MetricsSummary;
  readonly criteria: readonly CriterionResult[];
  /** Sentences; the parts are in `recommendationDetails`. */
  readonly recommendations: readonly string[];
  readonly recommendationDetails: readonly Recommendation[];
  /** Only of experiments that observe them. */
  readonly handlers?: HandlerResults;
  /** null: the run died before the check. */
  readonly cleanExit: CleanExit | null;
  readonly environment: { readonly chaosx: string; readonly node: string; readonly platform: string };
}
