import { replayedExperiment } from '../campaign/replayed-experiment.js';
import type { Clock } from '../model/clock.js';
import type { EventSink } from '../model/events.js';
import type { Results } from '../model/results.js';
import { type ExecutedRun, executeRun } from '../orchestrator/execute-run.js';
import { prepareRun } from '../orchestrator/prepare-run.js';
import { type ShownByCommand, suiteOpener } from './open-suite.js';
import type { SavedSuiteRun } from './read-suite-round.js';
import { reportSource } from './report-source.js';
import { suiteExperiment, testsProbe } from './suite-experiment.js';
import type { SuiteSpec } from './suite-spec.js';

export interface ReplaySuiteOptions {
  /** In place of the suite's own, e.g. narrowed to one test. */
  readonly command?: readonly string[] | undefined;
  /** The one test to be looked at. Default: all that failed then. */
  readonly test?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly resultsDirectory: string | null;
  readonly clock: Clock;
  readonly onEvent?: EventSink | undefined;
  readonly signal: AbortSignal;
}

/** A test that failed then, and what it came to now. */
export interface ReplayedTest {
  readonly id: string;
  readonly now: 'failed' | 'passed' | 'not run';
  /** Of the failure then, and now; null: there was none. */
  readonly before: string | null;
  readonly message: string | null;
}

/** A run of a suite, made again. */
export interface SuiteReplay extends Omit<ExecutedRun, 'results'> {
  readonly results: Results;
  readonly tests: readonly ReplayedTest[];
  readonly shown: ShownByCommand | null;
}

/**
 * Runs a saved run of a suite again: the same command under the same scenario, with the same seed.
 *
 * @throws ChaosError when the run would be refused: nothing was started
 */
export async function replaySuite(earlier: SavedSuiteRun, options: ReplaySuiteOptions): Promise<SuiteReplay> {
  const { started, settings, name, suite } = earlier;
  const [program = '', ...args] = options.command ?? settings.command;
  const spec: SuiteSpec = {
    name,
    command: [program, ...args],
    cwd: settings.cwd,
    env: options.env,
    dependencies: settings.dependencies,
    report: reportSource(settings.report, [program, ...args]),
  };
  const timeLimitMs = started.probes.find((probe) => probe.name === testsProbe)?.timeoutMs ?? 0;
  const plain = suiteExperiment(spec, null, { passRate: settings.passRate, timeLimitMs });
  const prepared = await prepareRun(replayedExperiment(plain, started), {
    seed: started.seed,
    clock: options.clock,
    work: { probe: testsProbe, timeLimitMs },
  });
  let shown: ShownByCommand | null = null;
  const executed = await executeRun(prepared, {
    resultsDirectory: options.resultsDirectory,
    signal: options.signal,
    onEvent: options.onEvent,
    openTarget: suiteOpener(spec, (found) => {
      shown = found;
    }),
  });
  const failed = suite.tests.filter(({ id, outcome }) =>
    options.test === undefined ? outcome === 'failed' : id === options.test,
  );
  return {
    ...executed,
    shown,
    tests: failed.map(({ id, message }): ReplayedTest => {
      const now = testsOf(shown).find((test) => test.id === id);
      const outcome = now === undefined || now.outcome === 'skipped' ? 'not run' : now.outcome;
      return { id, now: outcome, before: message, message: now?.message ?? null };
    }),
  };
}

function testsOf(shown: ShownByCommand | null): ShownByCommand['tests'] {
  return shown?.tests ?? [];
}
