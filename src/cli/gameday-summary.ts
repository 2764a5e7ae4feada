import type { AgendaItem, GamedayResults } from '../model/campaign-results.js';
import { formatMs } from '../model/duration.js';
import { emphasis } from './emphasis.js';
import { table } from './table.js';

export interface GamedaySummaryOptions {
  readonly color: boolean;
  /** Where the campaign was written. */
  readonly folder: string | null;
}

/** What a gameday showed: its agenda, what nobody expected, and the notes. */
export function renderGamedaySummary(
  results: GamedayResults,
  { color, folder }: GamedaySummaryOptions,
): string {
  const { verdict, name, reason, agenda, asExpected, stoppedBy, recommendations, roundsRun, seed } = results;
  const surprising = agenda.filter(({ surprises }) => surprises.length > 0);
  const notes = [...results.notes.map((note) => ({ ...note, during: '' })), ...agenda.flatMap(notesOf)];
  const lines = [
    `${emphasis(verdict, color)}  ${emphasis(name, color)}`,
    `  ${reason}`,
    ...(stoppedBy === null
      ? []
      : [`  ended early by ${stoppedBy.by.replaceAll('-', ' ')}: ${stoppedBy.detail}`]),
    '',
    ...table([
      ['agenda', 'severity', 'decision', 'verdict', 'back after', 'surprises'],
      ...agenda.map(row),
    ]).map((line) => `  ${line}`),
    ...agenda.flatMap(({ scenario, skippedWhy }) =>
      skippedWhy === null ? [] : `  not run: ${scenario}: ${skippedWhy}`,
    ),
    '',
    `  as expected: ${asExpected} of ${roundsRun} rounds`,
    ...surprising.flatMap(({ scenario, surprises }) => surprises.map((text) => `  ! ${scenario}: ${text}`)),
    ...(notes.length === 0 ? [] : ['', '  notes']),
    ...notes.toSorted((a, b) => a.t - b.t).map(({ t, during, text }) => `  ${timeText(t)}  ${during}${text}`),
    ...(recommendations.length === 0 ? [] : ['']),
    ...recommendations.map(({ text, rounds }) => `  → ${text} (${rounds} of ${roundsRun} rounds)`),
    '',
    `  seed ${seed}`,
    ...(folder === null ? [] : [`  results ${folder}/results.json`]),
  ];
  return `${lines.join('\n')}\n`;
}

function row({ scenario, severity, decision, summary, surprises }: AgendaItem): readonly string[] {
  const times = summary?.scenarios.flatMap(({ recoveryTimeSeconds }) => recoveryTimeSeconds ?? []) ?? [];
  return [
    scenario,
    String(severity),
    decision === null ? '–' : `${decision.go ? 'go' : 'no-go'} (${decision.by})`,
    summary?.verdict ?? 'not run',
    times.length === 0 ? '–' : formatMs(1_000 * Math.max(...times)),
    surprises.length === 0 ? '–' : String(surprises.length),
  ];
}

function notesOf({ scenario, notes }: AgendaItem) {
  return notes.map((note) => ({ ...note, during: `during ${scenario}: ` }));
}

/** Minutes and seconds since the day's start. */
function timeText(t: number): string {
  const seconds = Math.floor(t / 1_000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
