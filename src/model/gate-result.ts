import type { Verdict } from './verdict.js';

/** What of that which was asked for was really tested: a score is about this part alone. */
export interface GateCoverage {
  /** Scenarios that were confirmed in at least one run ÷ scenarios that were asked for, 0–1. */
  readonly share: number;
  readonly asked: number;
  readonly confirmed: readonly string[];
  /** Those that were not, and why. */
  readonly missing: readonly { readonly scenario: string; readonly why: string }[];
}

/** One scenario of a gate. */
export interface GateScenario {
  readonly scenario: string;
  readonly verdict: 'held' | 'deviated' | 'inconclusive' | 'not-injected';
  /** As the whole's: percent, null with fewer than five faults. */
  readonly score: number | null;
  /** Faults that were confirmed and met. */
  readonly faults: number;
  /** Of those, the ones that were tolerated. */
  readonly tolerated: number;
}

/** One run that the result rests on. */
export interface GateRun {
  readonly scenario: string;
  readonly verdict: Verdict;
  /** One sentence: what decided it. */
  readonly reason: string;
  /** Runs with the same seed make the same choices. */
  readonly seed: number;
  /** Absolute; null when it was not kept. */
  readonly folder: string | null;
}

/** What an agent decides by: a verdict, and a score that never stands without what it covers. */
export interface GateResult {
  readonly verdict: Verdict;
  /** One sentence: what decided the verdict. */
  readonly reason: string;
  /**
   * Percent, 0–100: the lower end of the 95 % interval (Wilson) of the share of faults that were tolerated, over what
   * `coverage` says was tested. null with fewer than five faults: too few to say.
   */
  readonly score: number | null;
  readonly coverage: GateCoverage;
  readonly perScenario: readonly GateScenario[];
  readonly evidence: {
    /** Where it was kept, absolute; null when it was not. */
    readonly folder: string | null;
    readonly runs: readonly GateRun[];
  };
  /** Most frequent first. */
  readonly recommendations: readonly string[];
  /** Score and coverage in one sentence, for people and for prompts. */
  readonly summary: string;
}
