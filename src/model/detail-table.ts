import { redactUrlCredentials } from './redact.js';

/** A section of a report that a fault fills by itself: plain text in rows, e.g. what was corrupted. */
export interface DetailTable {
  readonly title: string;
  readonly columns: readonly string[];
  /** At most 50, each with a cell for every column. */
  readonly rows: readonly (readonly string[])[];
  /** Rows that were left out. */
  readonly more: number;
}

/** What a table holds at most; a fault need not keep more rows than this. */
export const mostDetailRows = 50;
const longestCell = 200;

/**
 * A table of at most 50 rows, whose cells have no credentials of URLs and at most 200 characters. Rows get as many cells as there
 * are columns.
 *
 * @param more - rows that were left out already (default 0)
 */
export function detailTable(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  more = 0,
): DetailTable {
  return {
    title: cellText(title),
    columns: columns.map(cellText),
    rows: rows.slice(0, mostDetailRows).map((row) => columns.map((_, i) => cellText(row[i] ?? ''))),
    more: more + Math.max(0, rows.length - mostDetailRows),
  };
}

/** Redacted before it is cut: half a URL does not show where its password ends. */
function cellText(text: string): string {
  const told = redactUrlCredentials(text);
  return told.length <= longestCell ? told : `${told.slice(0, longestCell - 1)}…`;
}
