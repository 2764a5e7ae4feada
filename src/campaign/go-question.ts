import type { GoAdvice } from '../judge/gameday/go-advice.js';
import type { AgendaPoint } from '../model/gameday.js';
import type { RoundSummary } from '../model/round-summary.js';

/** What is asked before each point of a gameday's agenda. */
export interface GoQuestion extends AgendaPoint {
  /** From 0: its place on the agenda. */
  readonly round: number;
  /** Points on the agenda in all. */
  readonly rounds: number;
  /** What the round before showed; null when there was none. */
  readonly last: RoundSummary | null;
  /** What the rule would do. */
  readonly advice: Pick<GoAdvice, 'go' | 'why'>;
  /** Aborted when an answer is no longer needed. */
  readonly signal: AbortSignal;
}

/** `no-go` leaves this point out, `stop` ends the day. */
export type GoDecision = 'go' | 'no-go' | 'stop';

export interface GoAnswer {
  readonly decision: GoDecision;
  /** For the report. */
  readonly why?: string | undefined;
}

/** Decides in a person's stead, or asks one. */
export type GoDecider = (question: GoQuestion) => Promise<GoDecision | GoAnswer>;
