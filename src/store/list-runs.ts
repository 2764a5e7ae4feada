import { type Dirent, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readSavedRun } from './read-saved-run.js';
import type { SavedRun, Unreadable } from './saved-run.js';
import { storageError } from './storage-error.js';

export interface ListedRuns {
  /** Newest first. */
  readonly runs: readonly SavedRun[];
  /** Folders that hold a file of a run which cannot be read as one. */
  readonly unreadable: readonly Unreadable[];
}

/**
 * The runs and campaigns of a results directory: `<results>/<experiment>/<time>/`. Links are not followed. Folders
 * that appear or go away meanwhile are listed or not; nothing is written, so any number of readers may look at once.
 *
 * @throws ChaosError STORAGE_FAILED when the directory is there and cannot be read
 */
export function listRuns(resultsDirectory: string): ListedRuns {
  const root = resolve(resultsDirectory);
  const runs: SavedRun[] = [];
  const unreadable: Unreadable[] = [];
  for (const experiment of foldersIn(root)) {
    for (const path of foldersIn(experiment)) {
      const read = readSavedRun(path);
      if (read.run !== null) runs.push(read.run);
      else if (read.why !== null) unreadable.push({ path, why: read.why });
    }
  }
  const timeOf = new Map(runs.map((run) => [run, Date.parse(run.startedAt)]));
  runs.sort((a, b) => (timeOf.get(b) ?? 0) - (timeOf.get(a) ?? 0) || (a.path < b.path ? 1 : -1));
  return { runs, unreadable };
}

/** Real folders only, hidden ones left out; empty when there is none of that name. */
function foldersIn(path: string): readonly string[] {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw storageError('read', path, error);
  }
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(path, name));
}
