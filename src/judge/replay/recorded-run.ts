import type { EventOf, RunStarted } from '../../model/events.js';
import type { FiredDecision } from '../../model/fault.js';
import type { Fold } from '../../model/fold.js';

/** A decision that took effect, and the scenario (its index in the plan) that it belongs to. */
export interface RecordedDecision extends FiredDecision {
  readonly scenario: number;
}

/** What a replay needs to know of a run. */
export interface RecordedRun {
  readonly started: RunStarted;
  /** By scenario, rule and site: the effect of the n-th call. */
  readonly decisions: ReadonlyMap<string, ReadonlyMap<number, string>>;
  /** Decisions that fired and are not listed: those beyond the first 1,000 whose file is not there. */
  readonly unlisted: number;
}

export interface RecordedRunState {
  started: RunStarted | null;
  readonly decisions: Map<string, Map<number, string>>;
  unlisted: number;
}

/** The decisions of a run, from its events. Grows with the decisions: they are what it is for. */
export const recordedRun: Fold<RecordedRunState, RecordedRun | null> = {
  init: () => ({ started: null, decisions: new Map(), unlisted: 0 }),
  step(state, event) {
    switch (event.type) {
      case 'run-started':
        state.started = event;
        break;
      case 'decision-fired':
        list(state, event);
        break;
      case 'decisions-counted':
        state.unlisted += (event satisfies EventOf<'decisions-counted'>).fired;
        break;
      default:
    }
    return state;
  },
  result: ({ started, decisions, unlisted }) =>
    started === null ? null : { started, decisions, unlisted: Math.max(0, unlisted) },
};

/** Takes a decision that was only counted among the events (`decisions.jsonl`). */
export function listCounted(state: RecordedRunState, decision: RecordedDecision): void {
  list(state, decision);
  state.unlisted -= 1;
}

/** Names the place of a decision; `placeOf` reads it. */
function keyOf({ scenario, rule, site }: Omit<RecordedDecision, 'n' | 'effect'>): string {
  return JSON.stringify([scenario, rule, site]);
}

/** What a key of `RecordedRun.decisions` stands for. */
export function placeOf(key: string): Omit<RecordedDecision, 'n' | 'effect'> {
  const [scenario, rule, site] = JSON.parse(key) as [number, string, string];
  return { scenario, rule, site };
}

function list({ decisions }: RecordedRunState, decision: RecordedDecision): void {
  const key = keyOf(decision);
  const effects = decisions.get(key) ?? new Map<number, string>();
  effects.set(decision.n, decision.effect);
  decisions.set(key, effects);
}
