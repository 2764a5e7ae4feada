import { formatNumber } from '../judge/quantity.js';
import type { DetailTable } from '../model/detail-table.js';
import type { ScenarioResult } from '../model/results.js';
import { markdownTable } from './markdown-parts.js';
import { markdownText } from './markdown-text.js';

const mostRows = 10;
const longestCell = 80;
/** Of all sections together: a comment has room for 65,536. */
const mostCharacters = 12_000;

/** The faults' own sections, each with its first ten rows, as far as a comment has room for them. */
export function markdownDetails(scenarios: readonly ScenarioResult[]): readonly string[] {
  let left = mostCharacters;
  return scenarios.flatMap(({ name, evidence }) =>
    (evidence?.details ?? []).flatMap((details) => {
      const text = section(name, details);
      if (text.length > left) return [];
      left -= text.length;
      return [text];
    }),
  );
}

function section(scenario: string, { title, columns, rows, more }: DetailTable): string {
  const hidden = more + Math.max(0, rows.length - mostRows);
  return [
    `#### ${cell(title)} (${cell(scenario)})`,
    markdownTable(
      columns.map(cell),
      rows.slice(0, mostRows).map((row) => row.map(cell)),
    ),
    ...(hidden === 0 ? [] : [`… and ${formatNumber(hidden)} more`]),
  ].join('\n\n');
}

function cell(text: string): string {
  return markdownText(text.length > longestCell ? `${text.slice(0, longestCell - 1)}…` : text);
}
