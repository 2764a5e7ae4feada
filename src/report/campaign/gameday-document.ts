import type { AgendaItem, GamedayResults } from '../../model/campaign-results.js';
import { clockText } from '../charts/axes.js';
import { verdictTone } from '../verdict-tone.js';
import type { CampaignCase, CampaignDocument, Cell, DataTable, Section } from './document.js';
import type { AgendaRow } from '../charts/figure-spec.js';
import { outcomeOf } from './round-cases.js';
import { type RoundLinks, backCell, linked, reasonText, upText } from './rounds-table.js';

/** What surprised, then the agenda in its order: what was expected, decided, and came of it. */
export function gamedayDocument(
  results: GamedayResults,
  links: RoundLinks,
): Omit<CampaignDocument, 'answers'> {
  const { agenda, asExpected } = results;
  const surprises = agenda.flatMap((item) => item.surprises.map((text) => ({ item, text })));
  const expected = `${asExpected} of ${agenda.length} points went as expected`;
  return {
    headline: `${expected}; ${surprises.length === 0 ? 'no surprise' : `${surprises.length} ${surprises.length === 1 ? 'surprise' : 'surprises'}`}`,
    sections: [
      {
        title: 'What surprised',
        notes: surprises.length === 0 ? ['Nothing surprised.'] : [],
        figure: null,
        table:
          surprises.length === 0
            ? null
            : {
                head: ['point', 'what was expected', 'what happened instead'],
                rows: surprises.map(({ item, text }) => [
                  pointOf(item),
                  item.hypothesis === '' ? '–' : item.hypothesis,
                  { text, tone: 'bad' },
                ]),
              },
        long: false,
      },
      {
        title: 'Agenda',
        notes: [],
        figure:
          agenda.length === 0
            ? null
            : {
                kind: 'agenda',
                title: 'What happened when',
                endMs: endOf(results),
                rows: rowsOf(results),
              },
        table: agendaTable(agenda, links),
        long: false,
      },
      ...notesSection(results),
    ],
    cases: agenda.map(itemCase),
  };
}

/** More are in results.json. */
const mostNotes = 300;

function notesSection({ agenda, notes }: GamedayResults): readonly Section[] {
  const all = [
    ...notes.map((note) => ({ ...note, point: '' })),
    ...agenda.flatMap((item) => item.notes.map((note) => ({ ...note, point: pointOf(item) }))),
  ].toSorted((a, b) => a.t - b.t);
  if (all.length === 0) return [];
  const rows = all.slice(0, mostNotes).map(({ t, point, text }) => [clockText(t), point, text]);
  const more = all.length - rows.length;
  return [
    {
      title: 'Notes',
      notes: more > 0 ? [`The first ${rows.length} of ${all.length}.`] : [],
      figure: null,
      table: { head: ['time', 'point', 'note'], rows },
      long: false,
    },
  ];
}

function pointOf({ round, scenario }: AgendaItem): string {
  return `${round + 1}. ${scenario}`;
}

function endOf({ durationSeconds, startedAt, agenda, notes }: GamedayResults): number {
  const ends = agenda.map((item) => timesOf(item, startedAt)?.toMs ?? 0);
  return Math.max(1, durationSeconds * 1_000, ...ends, ...notes.map(({ t }) => t));
}

function timesOf(
  { summary }: AgendaItem,
  startedAt: string,
): { readonly fromMs: number; readonly toMs: number } | null {
  if (summary === null) return null;
  const fromMs = Date.parse(summary.startedAt) - Date.parse(startedAt);
  return Number.isFinite(fromMs) ? { fromMs, toMs: fromMs + summary.durationSeconds * 1_000 } : null;
}

function rowsOf({ agenda, notes, startedAt }: GamedayResults): readonly AgendaRow[] {
  const rows = agenda.map((item): AgendaRow => {
    const times = timesOf(item, startedAt);
    const when = times === null ? '' : ` from ${clockText(times.fromMs)} to ${clockText(times.toMs)}`;
    return {
      label: summaryLabel(item),
      tone: verdictTone(item.summary?.verdict ?? null),
      fromMs: times?.fromMs ?? null,
      toMs: times?.toMs ?? null,
      notesAtMs: item.notes.slice(0, mostNotes).map(({ t }) => t),
      sentence: `${pointOf(item)}${when}: ${outcomeText(item)}.`,
    };
  });
  if (notes.length === 0) return rows;
  const sentence = `${notes.length} notes that belong to no point.`;
  const notesAtMs = notes.slice(0, mostNotes).map(({ t }) => t);
  return [...rows, { label: 'notes', tone: 'neutral', fromMs: null, toMs: null, notesAtMs, sentence }];
}

function summaryLabel(item: AgendaItem): string {
  return item.summary === null ? `${pointOf(item)} (not run)` : pointOf(item);
}

function outcomeText({ summary, skippedWhy }: AgendaItem): string {
  if (summary !== null) return `${summary.verdict}: ${reasonText(summary)}`;
  return skippedWhy === null ? 'not run' : `not run: ${skippedWhy}`;
}

function decisionText({ decision }: AgendaItem): string {
  if (decision === null) return '–';
  const { go, by, why } = decision;
  return `${go ? 'go' : 'no-go'} (${by === 'automatic' ? by : `by ${by === 'rule' ? 'a rule' : 'a person'}`})${why === '' ? '' : `: ${why}`}`;
}

function agendaTable(agenda: readonly AgendaItem[], links: RoundLinks): DataTable | null {
  if (agenda.length === 0) return null;
  return {
    head: ['point', 'severity', 'hypothesis', 'decision', 'outcome', 'what decided it', 'up', 'back after'],
    rows: agenda.map((item): readonly Cell[] => {
      const { summary, severity, hypothesis, skippedWhy } = item;
      return [
        summary === null ? pointOf(item) : linked(summary, pointOf(item), links),
        String(severity),
        hypothesis === '' ? '–' : hypothesis,
        decisionText(item),
        ...(summary === null
          ? ['not run', skippedWhy ?? '–', '–', '–']
          : [
              { text: summary.verdict, tone: verdictTone(summary.verdict) },
              reasonText(summary),
              upText(summary),
              backCell(summary),
            ]),
      ];
    }),
  };
}

function itemCase(item: AgendaItem): CampaignCase {
  const { summary, surprises } = item;
  return {
    name: `point ${pointOf(item)}`,
    outcome: summary === null ? 'skipped' : outcomeOf(summary.verdict),
    message: [outcomeText(item), ...surprises].join('; '),
    seconds: summary?.durationSeconds ?? 0,
  };
}
