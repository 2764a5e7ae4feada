import { formatNumber } from '../judge/quantity.js';
import type { DetailTable } from '../model/detail-table.js';
import type { Results } from '../model/results.js';
import { detailSections } from './detail-sections.js';
import { plain } from './terminal-lines.js';

const mostRows = 5;
const longestCell = 40;

/** The sections of faults and of the whole run, each with its first five rows. */
export function terminalDetails(results: Results): readonly string[] {
  const isOne = results.scenarios.length === 1;
  return detailSections(results).flatMap(({ scenario, details }) =>
    section(details, isOne || scenario === null ? '' : ` (${plain(scenario)})`),
  );
}

function section({ title, columns, rows, more }: DetailTable, of: string): readonly string[] {
  const shown = [columns, ...rows.slice(0, mostRows)].map((row) => row.map(cell));
  const widths = columns.map((_, i) => Math.max(...shown.map((row) => row[i]?.length ?? 0)));
  const hidden = more + Math.max(0, rows.length - mostRows);
  return [
    `  ${plain(title)}${of}`,
    ...(rows.length === 0 ? [] : shown).map((row) =>
      `    ${row.map((text, i) => text.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd(),
    ),
    ...(hidden === 0 ? [] : [`    … and ${formatNumber(hidden)} more`]),
  ];
}

function cell(text: string): string {
  const whole = plain(text);
  return whole.length > longestCell ? `${whole.slice(0, longestCell - 1)}…` : whole;
}
