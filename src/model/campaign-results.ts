import type { CampaignKind, CampaignStopped } from './campaign-events.js';
import type { ComparedScenario, Margins, Side } from './comparison.js';
import type { DayQuantityName } from './earlier-day.js';
import type { Interval } from './interval.js';
import type { MetricDetail } from './metric-detail.js';
import type { RoundSummary } from './round-summary.js';
import type { SuiteExposure, SuiteProblemKind, SuiteReportKind } from './suite.js';
import type { Verdict } from './verdict.js';

/** A recommendation with the numbers of the first round that gave it, and in how many rounds it came. */
export interface CountedRecommendation {
  /** As the first of these rounds has it: between rounds it may differ in its numbers. */
  readonly text: string;
  readonly rounds: number;
}

interface CampaignResult {
  readonly kind: CampaignKind;
  readonly name: string;
  readonly campaignId: string;
  readonly target: string;
  readonly hypothesis: string;
  readonly seed: number;
  readonly startedAt: string;
  readonly durationSeconds: number;
  readonly verdict: Verdict;
  /** One sentence: what decided the verdict. */
  readonly reason: string;
  /** What ended it before its end; null when it ran to its end. */
  readonly stoppedBy: { readonly by: CampaignStopped['by']; readonly detail: string } | null;
  /** Rounds that were run. */
  readonly roundsRun: number;
  readonly roundsByVerdict: Readonly<Partial<Record<Verdict, number>>>;
  readonly skipped: readonly { readonly name: string; readonly why: string }[];
  readonly recommendations: readonly CountedRecommendation[];
  readonly environment: { readonly chaosx: string; readonly node: string; readonly platform: string };
}

/** What the resilience tester found; the numbers of the first description are folded from `metrics`. */
export interface TesterResults extends CampaignResult {
  readonly kind: 'tester';
  readonly metrics: readonly MetricDetail[];
  readonly byScenario: readonly {
    readonly scenario: string;
    /** Runs whose fault was confirmed and met; the others are left out and counted. */
    readonly runs: number;
    readonly notInjected: number;
    readonly metrics: readonly MetricDetail[];
  }[];
  readonly rounds: readonly RoundSummary[];
}

/** One criterion over the runs that count, each of which gives one number. */
export interface RepeatedCriterion {
  readonly name: string;
  readonly scenario: string;
  readonly probe: string | null;
  /** In the unit of the name; of a function, the least share of runs whose answer is true. */
  readonly limit: number;
  readonly limitIs: 'most' | 'least';
  /** Run by run; null where nothing was observed. Of a function: 1 for true, 0 for false. */
  readonly observed: readonly (number | null)[];
  /** Of what was observed; null when nothing was. */
  readonly mean: number | null;
  /** Runs in which something was observed. */
  readonly n: number;
  /** Of the mean; null with fewer than five runs, or when all were equal. */
  readonly interval: Interval | null;
  readonly verdict: 'held' | 'deviated' | 'inconclusive';
  /** Further runs that would decide, at the variance seen; null when it is decided or no number would. */
  readonly runsToDecide: number | null;
}

/** The same experiment several times. */
export interface RepeatResults extends CampaignResult {
  readonly kind: 'repeat';
  /** How many runs were asked for. */
  readonly times: number;
  /** Runs that count: all that they triggered was injected, and no error of ours cut them short. */
  readonly counted: number;
  /** Runs that are left out, because a fault was not confirmed or never met. */
  readonly notInjected: number;
  /** Share of counted runs that held, 0–1. */
  readonly heldShare: { readonly value: number | null; readonly interval: Interval | null };
  readonly criteria: readonly RepeatedCriterion[];
  readonly rounds: readonly RoundSummary[];
}

/** One stretch of a continuous run, for trends; a fixed number of them however long it is. */
export interface TrendPoint {
  /** Milliseconds since the campaign's start. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly rounds: number;
  readonly held: number;
  readonly meanRecoverySeconds: number | null;
  readonly meanAvailability: number | null;
  readonly meanP95DuringMs: number | null;
}

/** Chaos for hours or weeks, one scenario at a time. */
export interface ContinuousResults extends CampaignResult {
  readonly kind: 'continuous';
  /** How often it went on after a restart. */
  readonly resumed: number;
  /** Scenarios that were to choose from and never came into question, and why. */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
  readonly trend: readonly TrendPoint[];
  readonly byScenario: readonly {
    readonly scenario: string;
    readonly severity: number;
    readonly rounds: number;
    readonly held: number;
    readonly deviated: number;
    readonly medianRecoverySeconds: number | null;
    readonly meanAvailability: number | null;
    readonly worst: RoundSummary | null;
  }[];
  /** Failed share of all samples of all rounds so far against what is allowed, 0–1; null without a budget. */
  readonly errorBudget: { readonly allowed: number; readonly spent: number } | null;
  /** The latest rounds, newest last, at most 50. */
  readonly latest: readonly RoundSummary[];
}

/** One point of a gameday's agenda. */
export interface AgendaItem {
  readonly round: number;
  readonly scenario: string;
  readonly severity: number;
  readonly hypothesis: string;
  readonly decision: {
    readonly go: boolean;
    readonly by: 'person' | 'rule' | 'automatic';
    readonly why: string;
  } | null;
  /** null: it was not run. */
  readonly summary: RoundSummary | null;
  readonly skippedWhy: string | null;
  /** What went against the hypothesis, or was otherwise not expected. */
  readonly surprises: readonly string[];
  readonly notes: readonly { readonly t: number; readonly text: string }[];
}

export interface GamedayResults extends CampaignResult {
  readonly kind: 'gameday';
  readonly agenda: readonly AgendaItem[];
  /** Notes that belong to no point of the agenda. */
  readonly notes: readonly { readonly t: number; readonly text: string }[];
  /** How many points went as their hypothesis said. */
  readonly asExpected: number;
}

/** One number of a day against the days before. */
export interface DailyQuantity {
  readonly name: DayQuantityName;
  readonly today: number | null;
  /** Days before that have this number and that it is compared with. */
  readonly days: number;
  /** Where a day like the earlier ones would lie; null with fewer than five of them. */
  readonly expected: Interval | null;
  readonly earlierMedian: number | null;
  readonly regressed: boolean;
}

/** A day against the days before, for one experiment. */
export interface DailyComparison {
  readonly experiment: string;
  readonly file: string;
  /** Of the experiment: only days with the same one are compared. */
  readonly fingerprint: string;
  readonly today: RoundSummary;
  /** Days that it is compared with. */
  readonly earlierDays: number;
  /** Days on which the file was another experiment. */
  readonly otherVersions: number;
  /** The worst of the latest five days that said something about the system. */
  readonly earlierVerdict: Verdict | null;
  readonly verdictRegressed: boolean;
  readonly quantities: readonly DailyQuantity[];
  readonly regressed: boolean;
  /** What got worse, in words; empty when nothing did. */
  readonly why: readonly string[];
}

export interface DailyResults extends CampaignResult {
  readonly kind: 'daily';
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly timeZone: string;
  /** Only days from this one on are compared; null: all. */
  readonly since: string | null;
  readonly comparisons: readonly DailyComparison[];
  /** True exits with 1. */
  readonly regressed: boolean;
  /** Files whose turn is another day. */
  readonly notToday: readonly string[];
  /** What was found on the way and should be known, e.g. an earlier day that cannot be read. */
  readonly notes: readonly string[];
}

/** How a test did without chaos and under each scenario. */
export interface SuiteTest {
  readonly id: string;
  readonly standing: TestStanding;
  readonly undisturbed: TestTally;
  /** Scenarios under which it failed in a run that counts. */
  readonly under: readonly TestUnderScenario[];
}

/**
 * `flaky`: it fails sometimes without chaos, so that its failures under chaos say nothing. `harness`: it failed under
 * chaos, and each time by its runner's own doing. `not-seen`: skipped, or not there, in all runs without chaos.
 */
export const testStandings = [
  'fails-always',
  'flaky',
  'fails-under-chaos',
  'harness',
  'passes-always',
  'not-seen',
] as const;
export type TestStanding = (typeof testStandings)[number];

export interface TestTally {
  /** In which it passed or failed. */
  readonly runs: number;
  readonly failed: number;
  /** Of the share that failed, 0–1; null with fewer than five runs. */
  readonly interval: Interval | null;
}

export interface TestUnderScenario extends TestTally {
  readonly scenario: string;
  /** Failures that are its runner's, and not in `failed`. */
  readonly harness: number;
  /**
   * `clear`: even the low end of the interval under the scenario lies above the high end without chaos. `unsure`: too few runs to
   * tell from a test that fails by itself.
   */
  readonly certainty: 'clear' | 'unsure';
  /** Of the first failure. */
  readonly message: string;
  /** Folder of the first run in which it failed, relative to the campaign's; null when nothing is kept. */
  readonly folder: string | null;
}

/** How the suite did under one scenario. */
export interface SuiteScenario {
  readonly scenario: string;
  readonly runs: number;
  /** Runs whose fault was confirmed and met, and in which the harness worked. */
  readonly counted: number;
  readonly notInjected: number;
  /** Runs in which the harness broke, by what was seen. */
  readonly harness: Readonly<Partial<Record<SuiteProblemKind, number>>>;
  readonly exposure: SuiteExposure;
  /** In all counted runs together, where it is counted. */
  readonly met: number | null;
  /** Tests that are not flaky and failed in a run that counts, by their own doing. */
  readonly noticedBy: readonly string[];
  /** It was met, in runs that count, and no test failed: what breaks then is not tested, or does not matter. */
  readonly unnoticed: boolean;
  /** Of tests that are not flaky and whose runner worked, over runs that count; null when none does. */
  readonly passRate: RepeatedCriterion | null;
  readonly verdict: Verdict;
  readonly reason: string;
}

/** A test suite without chaos and under each scenario. */
export interface SuiteResults extends CampaignResult {
  readonly kind: 'suite';
  /** As a person types it. */
  readonly command: string;
  readonly report: SuiteReportKind | null;
  /** `red`: a test, or the command, fails without chaos in each run; else why nothing could be told. */
  readonly outcome: 'ran' | 'red' | SuiteProblemKind;
  readonly undisturbedRuns: number;
  readonly tests: readonly SuiteTest[];
  readonly byScenario: readonly SuiteScenario[];
  readonly rounds: readonly RoundSummary[];
}

/** One side of a comparison. */
export interface ComparedSide {
  /** As it was asked for: a revision, or where its runs are kept. */
  readonly label: string;
  /** The full hash of its commit; null when it is no revision. */
  readonly commit: string | null;
  readonly rounds: readonly RoundSummary[];
}

/** Two systems, or two versions of one, under the same faults. */
export interface CompareResults extends CampaignResult {
  readonly kind: 'compare';
  readonly base: ComparedSide;
  readonly head: ComparedSide;
  readonly margins: Margins;
  readonly scenarios: readonly ComparedScenario[];
  /** What was met on one side alone, and so cannot be compared. */
  readonly unmatched: readonly { readonly scenario: string; readonly side: Side }[];
  /** What should be known when it is read, e.g. that the experiments differ. */
  readonly notes: readonly string[];
}

/** `results.json` of a campaign. */
export type CampaignResults =
  | TesterResults
  | RepeatResults
  | ContinuousResults
  | GamedayResults
  | DailyResults
  | SuiteResults
  | CompareResults;
