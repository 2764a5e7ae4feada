import { ChaosError } from '../../model/chaos-error.js';
import { didYouMean } from '../../model/did-you-mean.js';
import { systemClock } from '../../model/system-clock.js';
import type { Verdict } from '../../model/verdict.js';
import { folderName } from '../../store/folder-name.js';
import { runsTable } from '../runs-table.js';
import { savedRuns, type ShownRun } from './saved-runs.js';

export interface ListRunsOptions {
  readonly results: string;
  readonly experiment?: string;
  readonly verdict?: Verdict;
  /** Default: 50 on a terminal, all as JSON. 0: all. */
  readonly limit?: number;
  readonly json?: boolean;
  readonly color: boolean;
  readonly warn: (text: string) => void;
}

/** The runs of a results directory, newest first, as text or JSON. */
export async function listSavedRuns(options: ListRunsOptions): Promise<string> {
  const { results, experiment, verdict, json = false, color, warn } = options;
  const all = await savedRuns(results, systemClock.wallMs(), warn);
  const wanted = all.filter(
    (run) =>
      (experiment === undefined || isOf(run, experiment)) &&
      (verdict === undefined || run.verdict === verdict),
  );
  const limit = options.limit ?? (json ? 0 : 50);
  if (limit < 0) throw new ChaosError('INVALID_INPUT', `expected --limit from 0 on, got ${limit}`);
  const shown = limit === 0 ? wanted : wanted.slice(0, limit);
  if (json) return `${JSON.stringify(shown.map(jsonOf), null, 2)}\n`;
  if (all.length === 0) return `no runs in ${results}\n`;
  if (wanted.length === 0)
    return `none of ${all.length} runs in ${results}${why(all, experiment, verdict)}\n`;
  const more = wanted.length - shown.length;
  const lines = [
    ...runsTable(shown, color),
    ...(more === 0 ? [] : [`and ${more.toLocaleString('en-US')} more: --limit 0 shows all`]),
  ];
  return `${lines.join('\n')}\n`;
}

function isOf({ experiment }: ShownRun, asked: string): boolean {
  return experiment === asked || folderName(experiment) === asked;
}

function why(all: readonly ShownRun[], experiment: string | undefined, verdict: Verdict | undefined): string {
  const ofVerdict = verdict === undefined ? '' : ` has the verdict ${verdict}`;
  if (experiment === undefined) return ofVerdict;
  const names = [...new Set(all.map((run) => run.experiment))];
  if (all.some((run) => isOf(run, experiment))) return ` is of ${JSON.stringify(experiment)} and${ofVerdict}`;
  const meant = didYouMean(experiment, names);
  return ` is of ${JSON.stringify(experiment)}${meant === undefined ? '' : ` (${meant})`}`;
}

function jsonOf({ saved: _saved, writtenAtMs: _writtenAtMs, ...run }: ShownRun): object {
  return run;
}
