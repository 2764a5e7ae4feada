import { readFile } from 'node:fs/promises';
import type { Results } from '../../model/results.js';
import { exitCodeOf, internalExitCode, refusedExitCode, type Verdict, worstOf } from '../../model/verdict.js';
import { executeRun } from '../../orchestrator/execute-run.js';
import { type PreparedRun, prepareRun } from '../../orchestrator/prepare-run.js';
import { StopReason } from '../../orchestrator/stop-reason.js';
import { readExperimentFile } from '../../spec/read-experiment-file.js';
import { redactExperimentText } from '../../spec/redact-experiment-text.js';
import { type ErrorReport, reportError } from '../error-text.js';
import { isColored } from '../is-colored.js';
import { renderPlan } from '../plan-text.js';
import { showProgress } from '../progress.js';
import { renderSummary } from '../run-summary.js';
import { reportWriter } from '../write-reports.js';

export interface RunOptions {
  readonly seed?: number;
  readonly results: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

interface PreparedFile {
  readonly text: string;
  readonly prepared: PreparedRun;
}

/** Runs experiment files in turn; the worst verdict is the exit code. All are checked before the first one starts. */
export async function runFiles(paths: readonly string[], options: RunOptions): Promise<number> {
  const { stdout, stderr } = process;
  const files: PreparedFile[] = [];
  let refused = false;
  for (const path of paths) {
    try {
      const prepared = await prepareRun(await readExperimentFile(path), { seed: options.seed });
      files.push({ text: redactExperimentText(await readFile(path, 'utf8')), prepared });
    } catch (error) {
      refused = true;
      stderr.write(reportError(error).text);
    }
  }
  if (refused) return refusedExitCode;
  const color = isColored(stdout);
  if (options.dryRun === true) {
    for (const { prepared } of files) stdout.write(renderPlan(prepared.plan, { color }));
    return 0;
  }
  using stop = stopOnSignals();
  const all: Results[] = [];
  const errors: unknown[] = [];
  for (const { text, prepared } of files) {
    if (stop.signal.aborted || errors.length > 0) break;
    stderr.write(renderPlan(prepared.plan, { color: isColored(stderr) }));
    const progress = await showProgress(stderr, () => prepared.clock.nowMs());
    try {
      const written = reportWriter();
      const { results, folder, mishaps } = await executeRun(prepared, {
        resultsDirectory: options.results,
        signal: stop.signal,
        onEvent: (event) => {
          written.onEvent(event);
          progress.onEvent(event);
        },
        experimentText: text,
      }).finally(() => progress.stop());
      all.push(results);
      errors.push(...mishaps);
      if (options.json !== true) stdout.write(`\n${renderSummary(results, { color, folder })}`);
      const report = folder === null ? null : await written.write(folder, (warning) => stderr.write(warning));
      if (options.json !== true && report !== null) stdout.write(`  report  ${report}\n`);
    } catch (error) {
      errors.push(error);
    }
  }
  const json = files.length === 1 ? all[0] : all;
  if (options.json === true && json !== undefined) stdout.write(`${JSON.stringify(json, null, 2)}\n`);
  const reports = errors.map(reportError);
  for (const { text } of reports) stderr.write(text);
  const verdicts = all.map((results): Verdict => results.verdict);
  const notRun = files.length - all.length;
  if (stop.signal.aborted && notRun > 0 && errors.length === 0) {
    stderr.write(`interrupted: ${notRun} of ${files.length} experiments were not run\n`);
    verdicts.push('interrupted');
  }
  return exitCodeFor(verdicts, reports);
}

/** A bug of ours first, then what runs showed; a run that held is not green when something failed beside it. */
function exitCodeFor(verdicts: readonly Verdict[], reports: readonly ErrorReport[]): number {
  const codes = reports.map(({ exitCode }) => exitCode);
  if (codes.includes(internalExitCode)) return internalExitCode;
  const ofRuns = verdicts.length === 0 ? 0 : exitCodeOf(worstOf(verdicts));
  return ofRuns === 0 ? (codes[0] ?? 0) : ofRuns;
}

interface Stopper extends Disposable {
  readonly signal: AbortSignal;
}

/** Ctrl-C and friends revert first; asking again changes nothing, because an undo is under way. */
function stopOnSignals(): Stopper {
  const controller = new AbortController();
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.stderr.write('reverting; please wait\n');
    else controller.abort(new StopReason('signal', name));
  };
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
