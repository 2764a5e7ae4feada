import { join } from 'node:path';
import { replayedExperiment } from '../../campaign/replayed-experiment.js';
import { coverageOf } from '../../judge/replay/replay-coverage.js';
import { ChaosError } from '../../model/chaos-error.js';
import type { Verdict } from '../../model/verdict.js';
import { executeRun } from '../../orchestrator/execute-run.js';
import { prepareRun } from '../../orchestrator/prepare-run.js';
import { findRun } from '../../store/find-run.js';
import { reportError } from '../error-text.js';
import { exitCodeFor } from '../exit-code-for.js';
import { isColored } from '../is-colored.js';
import { renderPlan } from '../plan-text.js';
import { showProgress } from '../progress.js';
import { readRecordedRun } from '../read-recorded-run.js';
import { type Replay, renderReplay } from '../replay-summary.js';
import { replayedFile } from '../replayed-file.js';
import { requireLocalConsent } from '../require-local-consent.js';
import { stopOnSignals } from '../stop-on-signals.js';
import { reportWriter } from '../write-reports.js';

export interface ReplayOptions {
  readonly file?: string;
  readonly strict?: boolean;
  readonly yes?: boolean;
  readonly results: string;
  readonly json?: boolean;
}

const leastShare = 0.9;
/** The new run did not get as far as the decisions, or left something behind: its own code says why. */
const nothingToCompare: readonly Verdict[] = ['leaked', 'interrupted', 'not-steady', 'not-injected'];

/** Runs a saved run again with its seed; the exit code says whether its decisions happened again. */
export async function replayRun(path: string, options: ReplayOptions): Promise<number> {
  const { stdout, stderr } = process;
  const earlier = await readRecordedRun(await findRun(path));
  const { started } = earlier.recorded;
  const { experiment, text, note } = await replayedFile(earlier.folder, options.file);
  if (note !== null) stderr.write(`note: ${note}\n`);
  const again = replayedExperiment(experiment, started);
  await requireLocalConsent([again], options.yes);
  const prepared = await prepareRun(again, { seed: started.seed, allowLocalProcesses: true });
  stderr.write(renderPlan(prepared.plan, { color: isColored(stderr) }));
  using stop = stopOnSignals('breaks-things');
  const progress = await showProgress(stderr, () => prepared.clock.nowMs());
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
  const reports = mishaps.map(reportError);
  for (const report of reports) stderr.write(report.text);
  if (folder === null) throw new ChaosError('INTERNAL', 'expected the replay to be kept, it was not');
  const report = await written.write(folder, (warning) => stderr.write(warning));
  const later = await readRecordedRun(join(folder, 'events.jsonl'));
  const coverage = coverageOf(earlier.recorded, later.recorded);
  const needed = options.strict === true ? 1 : leastShare;
  const replay: Replay = {
    experiment: results.experiment,
    seed: started.seed,
    replayed: coverage.share === null ? null : coverage.share >= needed,
    neededShare: needed,
    coverage,
    earlier: sideOf(earlier.folder, earlier.results),
    later: sideOf(folder, results),
  };
  if (options.json === true) stdout.write(`${JSON.stringify(replay, null, 2)}\n`);
  else stdout.write(`\n${renderReplay(replay, { color: isColored(stdout), report })}`);
  if (nothingToCompare.includes(results.verdict)) return exitCodeFor([results.verdict], reports);
  return exitCodeFor(replay.replayed === false ? ['deviated'] : [], reports);
}

function sideOf(
  folder: string,
  { runId, verdict, reason }: { readonly runId: string; readonly verdict: Verdict; readonly reason: string },
): Replay['earlier'] {
  return { runId, folder, verdict, reason };
}
