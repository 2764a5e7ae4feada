/** What a test came to, as its runner has it. */
export type TestOutcome = 'passed' | 'failed' | 'skipped';

/**
 * What broke where a test failed. `harness`: the runner itself, for no line of the project is in the error.
 * `time-limit`: the runner's time for the test was over.
 */
export type TestBlame = 'project' | 'harness' | 'time-limit';

/** One test in one run of its suite. */
export interface TestRun {
  /** File and name, unique in its run. */
  readonly id: string;
  readonly outcome: TestOutcome;
  /** null: the report does not say. */
  readonly durationMs: number | null;
  /** Of the failure, its first line; null for others. */
  readonly message: string | null;
  /** null: it did not fail. */
  readonly blame: TestBlame | null;
}

/** Why a run of a suite does not tell what its tests came to. */
export const suiteProblemKinds = [
  /** The command could not be started. */
  'not-started',
  /** It did not end in time; all that it had started was ended. */
  'hung',
  /** It ended, and what it had started went on: what that came to is not known. */
  'forked-away',
  /** The report is not there, or is that of an earlier run. */
  'no-report',
  'unreadable-report',
  /** Fewer tests than announced. */
  'incomplete-report',
  'no-tests',
  /** It says that it failed, and no test did. */
  'runner-failed',
] as const;
export type SuiteProblemKind = (typeof suiteProblemKinds)[number];

export interface SuiteProblem {
  readonly kind: SuiteProblemKind;
  /** A sentence with what was expected, and what came. */
  readonly detail: string;
}

/** Where the outcomes of single tests come from; `exit-code`: only whether the command failed is known. */
export type SuiteReportKind = 'junit' | 'tap' | 'exit-code';

/**
 * How the code under test met the fault of a run. `shared`: its processes were under it, with all that is in them; `none`: undisturbed,
 * or not confirmed.
 */
export type SuiteExposure = 'counted' | 'shared' | 'unknown' | 'none';

/** What a suite showed in one run. */
export interface SuiteRun {
  readonly report: SuiteReportKind;
  /** null: it was ended. */
  readonly exitCode: number | null;
  readonly problem: SuiteProblem | null;
  readonly tests: readonly TestRun[];
  readonly exposure: SuiteExposure;
  /** How often the fault was met, where that is counted. */
  readonly met: number | null;
  /** What the command left running and was ended. */
  readonly leftProcesses: number;
}
