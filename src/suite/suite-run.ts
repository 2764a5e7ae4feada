import type { CampaignRun } from '../campaign/campaign-run.js';
import type { Scenario } from '../model/scenario.js';
import type { SuiteSpec } from './suite-spec.js';

/** A test suite under chaos, with everything decided. */
export interface SuiteCampaign {
  readonly spec: SuiteSpec;
  /** As it was given: for who repeats it. */
  readonly reportText: string;
  /** Each is injected alone, in turn. */
  readonly scenarios: readonly Scenario[];
  /** True when they were named: each must then have been met. */
  readonly isAsked: boolean;
  /** Runs of each. */
  readonly repeats: number;
  /** Runs without chaos before the first with it; one more comes with each round of the scenarios. */
  readonly undisturbed: number;
  /** Least share of tests that pass under a scenario, 0–1. */
  readonly passRate: number;
  /** For one run of the command. */
  readonly timeLimitMs: number;
  readonly campaign: CampaignRun['campaign'];
  /** Aborting ends the command, and reverts first. */
  readonly signal: AbortSignal;
}
