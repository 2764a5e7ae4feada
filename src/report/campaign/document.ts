import type { Answer, Tone } from '../five-answers.js';
import type { FigureSpec } from '../charts/figure-spec.js';

/** Text that was judged, or that leads somewhere; a plain text is neither. */
export interface MarkedCell {
  readonly text: string;
  readonly tone?: Tone;
  /** Relative to the page. */
  readonly href?: string;
}
export type Cell = string | MarkedCell;

export interface DataTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** One part of a report. */
export interface Section {
  readonly title: string;
  /** Sentences before the figure and the table. */
  readonly notes: readonly string[];
  /** Drawn on a page alone. */
  readonly figure: FigureSpec | null;
  readonly table: DataTable | null;
  /** Long ones are left out where there is little room. */
  readonly long: boolean;
}

/** What one thing came to, for JUnit: a failure is what the system did, an error what keeps us from saying anything. */
export interface CampaignCase {
  readonly name: string;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message: string;
  readonly seconds: number;
}

/** A campaign's report, before it is a page, Markdown, XML or lines on a terminal. */
export interface CampaignDocument {
  readonly answers: readonly Answer[];
  /** The most telling numbers, in one line. */
  readonly headline: string;
  readonly sections: readonly Section[];
  readonly cases: readonly CampaignCase[];
}
