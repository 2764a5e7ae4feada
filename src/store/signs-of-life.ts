import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readSavedRun } from './read-saved-run.js';
import type { SavedRun } from './saved-run.js';

/** What shows whether an unfinished run or campaign is still under way. */
export interface SignsOfLife {
  /** Wall-clock ms of the latest write that can be seen: its own, or its latest round's. */
  readonly writtenAtMs: number;
  /** The ids of runs whose processes would be its own. */
  readonly runIds: readonly string[];
}

/** Looks at a run; of a campaign, at its latest round too. Never throws. */
export function signsOfLife({ path, id, kind, writtenAtMs }: SavedRun): SignsOfLife {
  if (kind === 'run') return { writtenAtMs, runIds: [id] };
  const rounds = join(path, 'rounds');
  try {
    // By their numbers: a week of one a minute has more rounds than four digits.
    const latest = readdirSync(rounds)
      .toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
      .at(-1);
    const { mtimeMs } = statSync(rounds);
    const round = latest === undefined ? null : readSavedRun(join(rounds, latest)).run;
    return {
      writtenAtMs: Math.max(writtenAtMs, mtimeMs, round?.writtenAtMs ?? 0),
      runIds: round === null ? [] : [round.id],
    };
  } catch {
    return { writtenAtMs, runIds: [] };
  }
}
