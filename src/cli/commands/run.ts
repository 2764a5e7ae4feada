import { readFile } from 'node:fs/promises';
import type { Results } from '../../model/results.js';
import { refusedExitCode, type Verdict } from '../../model/verdict.js';
import { executeRun } from '../../orchestrator/execute-run.js';
import { type PreparedRun, prepareRun } from '../../orchestrator/prepare-run.js';
import { readExperimentFile } from '../../spec/read-experiment-file.js';
import { storedExperimentText } from '../../spec/stored-experiment.js';
import { reportError } from '../error-text.js';
import { exitCodeFor } from '../exit-code-for.js';
import { isColored } from '../is-colored.js';
import { renderPlan } from '../plan-text.js';
import { requireLocalConsent } from '../require-local-consent.js';
import { showProgress } from '../progress.js';
import { stopOnSignals } from '../stop-on-signals.js';
import { reportWriter } from '../write-reports.js';

export interface RunOptions {
  readonly seed?: number;
  readonly results: string;
  /** Default 1. */
  readonly repeat?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
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
      // Who else is hit is asked below, once for all files.
      const prepared = await prepareRun(await readExperimentFile(path), {
        seed: options.seed,
        allowLocalProcesses: true,
      });
      files.push({ text: storedExperimentText(await readFile(path, 'utf8'), path), prepared });
    } catch (error) {
      refused = true;
      stderr.write(reportError(error).text);
    }
  }
  if (refused) return refusedExitCode;
  const color = isColored(stdout);
  if (options.dryRun !== true) {
    await requireLocalConsent(
      files.map(({ prepared }) => prepared.plan.experiment),
      options.yes,
    );
  }
  const { repeat: times = 1, dryRun, ...kept } = options;
  if (dryRun === true) {
    for (const { prepared } of files) stdout.write(renderPlan(prepared.plan, { color, times }));
    return 0;
  }
  if (times > 1) {
    const { repeatFiles } = await import('./repeat.js');
    const repeated = files.map(({ text, prepared: { plan } }) => ({
      experiment: plan.experiment,
      plan,
      text,
    }));
    return repeatFiles(repeated, { ...kept, times });
  }
  using stop = stopOnSignals('breaks-things');
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
      if (options.json !== true) {
        const place =
          folder === null ? '' : `  results ${folder}/results.json\n  replay  chaosx replay ${folder}\n`;
        stdout.write(`\n${await written.summary(results, { color })}${place}`);
      }
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
