import type { Tone } from '../five-answers.js';

/** One quantity on an axis of its own. */
export interface Strip {
  readonly label: string;
  readonly unit: string;
  readonly tone: Tone;
  /** What was measured, over all. */
  readonly value: number | null;
  /** One by one. */
  readonly observed: readonly number[];
  readonly interval: { readonly lower: number; readonly upper: number } | null;
  readonly limit: { readonly at: number; readonly is: 'most' | 'least' } | null;
  /** Another value to compare with. */
  readonly reference: number | null;
  /** All of it in words. */
  readonly sentence: string;
}

/** What the marks of a figure of strips mean there; null: there are none. */
export interface StripWords {
  readonly value: string | null;
  readonly observed: string | null;
  readonly interval: string | null;
  readonly limit: string | null;
  readonly reference: string | null;
}

/** One stretch of time. */
export interface TrendStep {
  readonly fromMs: number;
  readonly toMs: number;
  /** Shares are 0–1. */
  readonly heldShare: number | null;
  readonly availability: number | null;
  readonly recoverySeconds: number | null;
}

/** A row of an agenda: what happened when. */
export interface AgendaRow {
  readonly label: string;
  readonly tone: Tone;
  /** Milliseconds since the campaign's start; null: it was not run. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly notesAtMs: readonly number[];
  /** All of it in words. */
  readonly sentence: string;
}

/** A figure as data: it is drawn where there is a page to draw it on. */
export type FigureSpec =
  | {
      readonly kind: 'strips';
      readonly title: string;
      readonly words: StripWords;
      readonly strips: readonly Strip[];
    }
  | { readonly kind: 'trend'; readonly title: string; readonly steps: readonly TrendStep[] }
  | {
      readonly kind: 'agenda';
      readonly title: string;
      readonly endMs: number;
      readonly rows: readonly AgendaRow[];
    };
