import type { Interval } from './interval.js';
import type { CriterionResult } from './results.js';
import type { ChaosScenarioType } from './scenario-type.js';
import type { SuiteRun } from './suite.js';
import type { Verdict } from './verdict.js';

/** How deep quality fell, and how much of it was lost until it was back. Quality: answered well ÷ offered, 0–1. */
export interface ResilienceTriangle {
  /** ∫ max(0, q₀ − q) dt ÷ (q₀ · time watched): 0 nothing was lost, 1 everything. */
  readonly loss: number;
  /** 5th percentile of quality, smoothed over three buckets, ÷ q₀: how much was left at the worst. */
  readonly robustness: number;
  /** From the lowest point to where it was back, in shares a second; null when it never fell. */
  readonly rapidityPerSecond: number | null;
}

/** How one probe saw one scenario in one round. Shares are 0–1; null where nothing was observed. */
export interface RoundProbe {
  readonly probe: string;
  /** Samples that were meant while the fault was active. */
  readonly offered: number;
  readonly failed: number;
  /** Mean share of the full answer in those that passed. */
  readonly harvest: number | null;
  readonly availabilityByTime: number | null;
  readonly availabilityBySamples: number | null;
  readonly triangle: ResilienceTriangle | null;
  /** Of `availabilityBySamples`, by a block bootstrap inside this run. */
  readonly withinRun: Interval | null;
}

/** How one scenario went in one round. Shares are 0–1; null where nothing was observed. */
export interface RoundScenario {
  readonly name: string;
  readonly type: ChaosScenarioType;
  readonly severity: number;
  readonly triggered: boolean;
  /** null: it did not trigger or was skipped. */
  readonly verdict: Verdict | null;
  readonly reason: string;
  /** Confirmed active, and met by the target as far as that can be counted. */
  readonly injected: boolean;
  readonly recovered: boolean | null;
  readonly recoveryTimeSeconds: number | null;
  /** Samples that were meant while the fault was active. */
  readonly offered: number;
  readonly failed: number;
  /** Mean share of the full answer in those that passed. */
  readonly harvest: number | null;
  readonly availabilityByTime: number | null;
  readonly availabilityBySamples: number | null;
  readonly longestOutageMs: number;
  readonly p95BeforeMs: number | null;
  readonly p95DuringMs: number | null;
  /** One by one; the numbers above are the worst of them. */
  readonly probes: readonly RoundProbe[];
}

/** A criterion as one run judged it. */
export interface RoundCriterion extends CriterionResult {
  /** Whether the limit is the most or the least that is good; of a function, the least share of runs. */
  readonly limitIs: 'most' | 'least';
}

/** What one run of a campaign showed, small enough to keep one a round for a week. */
export interface RoundSummary {
  readonly runId: string;
  readonly experiment: string;
  /** The run's folder, relative to the campaign's; null when nothing is kept. */
  readonly folder: string | null;
  readonly seed: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationSeconds: number;
  readonly verdict: Verdict;
  /** One sentence: what decided the verdict. */
  readonly reason: string;
  readonly stoppedBy: string | null;
  readonly scenarios: readonly RoundScenario[];
  readonly criteria: readonly RoundCriterion[];
  /** Of all probes, from the run's start to its end, whatever was active. */
  readonly samples: { readonly offered: number; readonly failed: number };
  readonly recommendations: readonly string[];
  /** Of a test suite: what its tests came to. */
  readonly suite?: SuiteRun;
}
