import type { Evidence } from './evidence.js';
import type { Backend } from './fault.js';
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
  /** null: the run died before the check. */
  readonly cleanExit: CleanExit | null;
  readonly environment: { readonly chaosx: string; readonly node: string; readonly platform: string };
}
