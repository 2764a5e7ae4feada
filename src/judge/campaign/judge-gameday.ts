import type { CampaignEvent, GoDecided } from '../../model/campaign-events.js';
import type { AgendaItem, GamedayResults } from '../../model/campaign-results.js';
import type { Fold } from '../../model/fold.js';
import type { RoundSummary } from '../../model/round-summary.js';
import { surprises } from '../gameday/surprises.js';
import {
  type CampaignCommon,
  type CampaignFacts,
  campaignCommonOf,
  newCampaignFacts,
  stepCampaignFacts,
} from './campaign-facts.js';
import { gamedaySettingsOf } from './gameday-settings.js';

/** Most notes that are kept: the first ones. */
const mostNotes = 10_000;

interface Note {
  readonly t: number;
  readonly round: number | null;
  readonly text: string;
}

/** Bounded by the agenda, and in its notes. */
export interface GamedayState {
  readonly facts: CampaignFacts;
  readonly decided: Map<number, GoDecided>;
  readonly summaries: Map<number, RoundSummary>;
  readonly skippedWhy: Map<number, string>;
  readonly notes: Note[];
}

/** What a gameday showed: its agenda with what was decided, what came of it, and what nobody expected. */
export const judgeGameday: Fold<GamedayState, GamedayResults, CampaignEvent> = {
  init: () => ({
    facts: newCampaignFacts(),
    decided: new Map(),
    summaries: new Map(),
    skippedWhy: new Map(),
    notes: [],
  }),
  step(state, event) {
    stepCampaignFacts(state.facts, event);
    switch (event.type) {
      case 'go-decided':
        state.decided.set(event.round, event);
        break;
      case 'round-ended':
        state.summaries.set(event.round, event.summary);
        break;
      case 'round-skipped':
        state.skippedWhy.set(event.round, event.why);
        break;
      case 'note-taken':
        if (state.notes.length < mostNotes) state.notes.push(event);
        break;
      default:
    }
    return state;
  },
  result(state) {
    const common = campaignCommonOf(state.facts, 'gameday');
    const agenda = agendaOf(state);
    return {
      ...common,
      reason: reasonOf(common, agenda),
      agenda,
      notes: notesOf(state, null),
      asExpected: agenda.filter(({ summary }) => summary?.verdict === 'held').length,
    };
  },
};

function agendaOf(state: GamedayState): readonly AgendaItem[] {
  const { facts, decided, summaries, skippedWhy } = state;
  const rounds = [...summaries.values()];
  return gamedaySettingsOf(facts.started?.settings ?? {}).agenda.map((point, round) => {
    const decision = decided.get(round);
    const summary = summaries.get(round) ?? null;
    return {
      round,
      scenario: point.scenario,
      severity: point.severity,
      hypothesis: point.hypothesis,
      decision: decision === undefined ? null : { go: decision.go, by: decision.by, why: decision.why },
      summary,
      skippedWhy: skippedWhy.get(round) ?? null,
      surprises: summary === null ? [] : surprises(summary, rounds),
      notes: notesOf(state, round),
    };
  });
}

function notesOf({ notes }: GamedayState, round: number | null): AgendaItem['notes'] {
  return notes.filter((note) => note.round === round).map(({ t, text }) => ({ t, text }));
}

/** Who reads it knows the experiment, not which point of the agenda decided. */
function reasonOf(
  { verdict, reason, roundsRun }: CampaignCommon<'gameday'>,
  agenda: readonly AgendaItem[],
): string {
  const notRun = agenda.length - roundsRun;
  const rest = notRun === 0 ? '' : `; ${notRun} of ${agenda.length} not run`;
  if (verdict === 'held') return `${roundsRun} of ${agenda.length} on the agenda held${rest}`;
  const decisive = agenda.find(({ summary }) => summary?.verdict === verdict);
  if (decisive?.summary === undefined || decisive.summary === null || verdict === 'interrupted')
    return reason;
  return `${decisive.scenario}: ${decisive.summary.reason}${rest}`;
}
