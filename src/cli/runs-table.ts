import { formatMs } from '../model/duration.js';
import type { ShownRun } from './commands/saved-runs.js';
import { shownPath } from './commands/saved-runs.js';
import { emphasis } from './emphasis.js';
import { table } from './table.js';

/** Runs as lines, with a header. */
export function runsTable(runs: readonly ShownRun[], color: boolean): readonly string[] {
  const [header = '', ...rows] = table([
    ['started (UTC)', 'experiment', 'kind', 'verdict', 'took', 'seed', 'folder'],
    ...runs.map((run) => [
      new Date(run.startedAt).toISOString().slice(0, 19).replace('T', ' '),
      oneLine(run.experiment),
      run.kind,
      verdictText(run),
      run.durationSeconds === null ? '–' : formatMs(run.durationSeconds * 1_000),
      String(run.seed),
      shownPath(run.path),
    ]),
  ]);
  return [emphasis(header, color), ...rows];
}

function verdictText({ verdict, status }: ShownRun): string {
  if (status === 'running') return 'running';
  return status === 'crashed' || status === 'unfinished' ? `${verdict} (${status})` : String(verdict);
}

function oneLine(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');
  return plain.length > 40 ? `${plain.slice(0, 39)}…` : plain;
}
