import { relative } from 'node:path';
import { listRuns } from '../../store/list-runs.js';
import type { SavedRun } from '../../store/saved-run.js';
import { signsOfLife } from '../../store/signs-of-life.js';
import { liveRuns } from '../../undo/live-runs.js';
import type { Verdict } from '../../model/verdict.js';

/** A run as it is shown: whether an unfinished one is under way was looked at. */
export interface ShownRun extends Omit<SavedRun, 'status' | 'verdict'> {
  readonly saved: SavedRun;
  /**
   * `running`: its process lives, or it was written to just now. `crashed`: a run whose process is gone.
   * `unfinished`: a campaign that is between two rounds, or died.
   */
  readonly status: Exclude<SavedRun['status'], 'unfinished'> | 'running' | 'unfinished';
  /** null while it runs. */
  readonly verdict: Verdict | null;
}

/** Runs of other users, or on other machines, show only by what they write: several times a second. */
const justNowMs = 10_000;

/** The runs of a results directory, newest first; what cannot be read is told to `warn`. */
export async function savedRuns(
  resultsDirectory: string,
  nowMs: number,
  warn: (text: string) => void,
): Promise<readonly ShownRun[]> {
  const { runs, unreadable } = listRuns(resultsDirectory);
  for (const { path, why } of unreadable) warn(`warning: ${shownPath(path)} is skipped: ${why}\n`);
  const live = runs.some(({ status }) => status === 'unfinished') ? await liveRuns() : new Set<string>();
  return runs.map((saved) => shown(saved, nowMs, live));
}

function shown(saved: SavedRun, nowMs: number, live: ReadonlySet<string>): ShownRun {
  const { status, verdict, kind } = saved;
  if (status !== 'unfinished') return { ...saved, saved, status, verdict };
  const { writtenAtMs, runIds } = signsOfLife(saved);
  const runs = runIds.some((id) => live.has(id)) || nowMs - writtenAtMs < justNowMs;
  if (runs) return { ...saved, saved, writtenAtMs, status: 'running', verdict: null };
  return {
    ...saved,
    saved,
    writtenAtMs,
    status: kind === 'run' ? 'crashed' : 'unfinished',
    verdict: 'inconclusive',
  };
}

/** A path as a person would give it. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near === '' || near.startsWith('..') ? path : near;
}
