import { ChaosError } from '../../model/chaos-error.js';
import { toMs } from '../../model/duration.js';
import { systemClock } from '../../model/system-clock.js';
import { deleteRuns } from '../../store/delete-runs.js';
import { folderSize } from '../../store/folder-size.js';
import { isConfirmed } from '../is-confirmed.js';
import { runsTable } from '../runs-table.js';
import { sizeText } from '../../model/size-text.js';
import { savedRuns, type ShownRun } from './saved-runs.js';

export interface DeleteRunsOptions {
  readonly results: string;
  readonly olderThan: string;
  /** So many of each experiment stay, whatever their age. */
  readonly keep?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** What writes to a run that ended may still be at its reports. */
const reportsMs = 60_000;
/** A run without a live process may be of another machine: while it runs, it writes all the time. */
const crashedForMs = 3_600_000;
/** A campaign may wait for days between two rounds. */
const unfinishedForMs = 7 * 86_400_000;

/**
 * Deletes runs by age. What is no run of ours, cannot be read, or may be under way is never touched.
 *
 * @throws ChaosError INVALID_INPUT for an age that is none; MISSING_INPUT when nobody can be asked
 */
export async function deleteOldRuns(options: DeleteRunsOptions): Promise<void> {
  const { results, olderThan, keep = 0, dryRun = false, yes = false } = options;
  const { stdout, stderr } = process;
  const ageMs = toMs(olderThan);
  if (keep < 0) throw new ChaosError('INVALID_INPUT', `expected --keep from 0 on, got ${keep}`);
  const nowMs = systemClock.wallMs();
  const all = await savedRuns(results, nowMs, (text) => void stderr.write(text));
  const chosen = beyond(keep, all).filter((run) => isOld(run, nowMs, ageMs));
  if (chosen.length === 0) {
    stdout.write(`none of ${all.length} runs in ${results} is to be deleted\n`);
    return;
  }
  const size = sizeText(chosen.reduce((sum, { path }) => sum + folderSize(path), 0));
  const what = `${chosen.length} of ${all.length} runs, older than ${olderThan}, ${size}`;
  stdout.write(`${runsTable(chosen, false).join('\n')}\n`);
  if (dryRun) {
    stdout.write(`would delete ${what}\n`);
    return;
  }
  if (!yes && !(await isAgreed(`delete ${what}? [y/N] `))) {
    stdout.write('nothing was deleted\n');
    return;
  }
  const deleted = await deleteRuns(chosen.map(({ saved }) => saved));
  stdout.write(`deleted ${deleted.length} of ${all.length} runs, ${size}\n`);
}

/** All but the newest `keep` of each experiment; `runs` are newest first. */
function beyond(keep: number, runs: readonly ShownRun[]): readonly ShownRun[] {
  const seen = new Map<string, number>();
  return runs.filter(({ experiment }) => {
    const before = seen.get(experiment) ?? 0;
    seen.set(experiment, before + 1);
    return before >= keep;
  });
}

function isOld(run: ShownRun, nowMs: number, ageMs: number): boolean {
  const { status, kind, startedAt, durationSeconds, writtenAtMs } = run;
  if (status === 'running') return false;
  if (durationSeconds !== null) {
    const endedMs = Date.parse(startedAt) + durationSeconds * 1_000;
    return nowMs - endedMs > ageMs && nowMs - writtenAtMs > reportsMs;
  }
  return nowMs - writtenAtMs > Math.max(ageMs, kind === 'run' ? crashedForMs : unfinishedForMs);
}

async function isAgreed(question: string): Promise<boolean> {
  const { stdin, stdout } = process;
  if (stdin.isTTY && stdout.isTTY) return isConfirmed(question, stdout);
  throw new ChaosError('MISSING_INPUT', 'expected --yes, for there is no terminal to ask on', {
    hint: '--dry-run shows what would be deleted',
  });
}
