import { formatNumber } from '../judge/quantity.js';
import type { Results } from '../model/results.js';
import { type DetailSection, detailSections } from './detail-sections.js';
import { markdownTable } from './markdown-parts.js';
import { markdownText } from './markdown-text.js';

const mostRows = 10;
const longestCell = 80;
/** Of all sections together: a comment has room for 65,536. */
const mostCharacters = 12_000;

/** The sections of faults and of the whole run, each with its first ten rows, as far as a comment has room for them. */
export function markdownDetails(results: Results): readonly string[] {
  let left = mostCharacters;
  return detailSections(results).flatMap((one) => {
    const text = section(one);
    if (text.length > left) return [];
    left -= text.length;
    return [text];
  });
}

function section({ scenario, details: { title, columns, rows, more } }: DetailSection): string {
  const hidden = more + Math.max(0, rows.length - mostRows);
  return [
    `#### ${cell(title)}${scenario === null ? '' : ` (${cell(scenario)})`}`,
    ...(rows.length === 0
      ? []
      : [
          markdownTable(
            columns.map(cell),
            rows.slice(0, mostRows).map((row) => row.map(cell)),
          ),
        ]),
    ...(hidden === 0 ? [] : [`… and ${formatNumber(hidden)} more`]),
  ].join('\n\n');
}

function cell(text: string): string {
  return markdownText(text.length > longestCell ? `${text.slice(0, longestCell - 1)}…` : text);
}
