import { runRepeat } from '../../campaign/run-repeat.js';
import type { RepeatResults } from '../../model/campaign-results.js';
import type { Experiment } from '../../model/experiment.js';
import { systemClock } from '../../model/system-clock.js';
import type { Verdict } from '../../model/verdict.js';
import type { Plan } from '../../orchestrator/plan.js';
import { campaignReports } from '../campaign-reports.js';
import { reportError } from '../error-text.js';
import { exitCodeFor } from '../exit-code-for.js';
import { isColored } from '../is-colored.js';
import { renderPlan } from '../plan-text.js';
import { renderRepeatSummary } from '../repeat-summary.js';
import { roundLine } from '../round-line.js';
import { stopOnSignals } from '../stop-on-signals.js';

export interface RepeatOptions {
  readonly times: number;
  readonly results: string;
  readonly json?: boolean | undefined;
}

/** A file that was read and can be run. */
export interface RepeatedFile {
  readonly experiment: Experiment;
  readonly plan: Plan;
  /** Kept beside each run. */
  readonly text: string;
}

/** Runs each experiment several times, one after the other; the worst verdict is the exit code. */
export async function repeatFiles(files: readonly RepeatedFile[], options: RepeatOptions): Promise<number> {
  const { stdout, stderr } = process;
  const { times, json } = options;
  using stop = stopOnSignals('breaks-things');
  const all: RepeatResults[] = [];
  const errors: unknown[] = [];
  for (const { experiment, plan, text } of files) {
    if (stop.signal.aborted || errors.length > 0) break;
    stderr.write(renderPlan(plan, { color: isColored(stderr), times }));
    const written = campaignReports((warning) => stderr.write(warning));
    try {
      const { results, folder, mishaps } = await runRepeat({
        experiment,
        times,
        // They were allowed for all runs, or refused before the first.
        prepare: { allowLocalProcesses: true },
        campaign: {
          seed: plan.seed,
          resultsDirectory: options.results,
          clock: systemClock,
          ...written.hooks,
          onEvent: (event) => {
            if (event.type !== 'round-ended') return;
            stderr.write(roundLine(`${event.round + 1}/${times}`, event.summary));
          },
        },
        experimentText: text,
        signal: stop.signal,
      });
      all.push(results);
      errors.push(...mishaps);
      if (json !== true)
        stdout.write(`\n${renderRepeatSummary(results, { color: isColored(stdout), folder })}`);
      const report = await written.write(folder, results);
      if (json !== true && report !== null) stdout.write(`  report  ${report}\n`);
    } catch (error) {
      errors.push(error);
    }
  }
  const printed = files.length === 1 ? all[0] : all;
  if (json === true && printed !== undefined) stdout.write(`${JSON.stringify(printed, null, 2)}\n`);
  const reports = errors.map(reportError);
  for (const { text } of reports) stderr.write(text);
  const verdicts = all.map(({ verdict }): Verdict => verdict);
  const notRun = files.length - all.length;
  if (stop.signal.aborted && notRun > 0 && errors.length === 0) {
    stderr.write(`interrupted: ${notRun} of ${files.length} experiments were not run\n`);
    verdicts.push('interrupted');
  }
  return exitCodeFor(verdicts, reports);
}
