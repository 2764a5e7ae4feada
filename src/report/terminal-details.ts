import { formatNumber } from '../judge/quantity.js';
import type { DetailTable } from '../model/detail-table.js';
import type { ScenarioResult } from '../model/results.js';
import { plain } from './terminal-lines.js';

const mostRows = 5;
const longestCell = 40;

/** The faults' own sections, each with its first five rows. */
export function terminalDetails(scenarios: readonly ScenarioResult[]): readonly string[] {
  return scenarios.flatMap(({ name, evidence }) =>
    (evidence?.details ?? []).flatMap((details) =>
      section(details, scenarios.length === 1 ? '' : ` (${plain(name)})`),
    ),
  );
}

function section({ title, columns, rows, more }: DetailTable, of: string): readonly string[] {
  const shown = [columns, ...rows.slice(0, mostRows)].map((row) => row.map(cell));
  const widths = columns.map((_, i) => Math.max(...shown.map((row) => row[i]?.length ?? 0)));
  const hidden = more + Math.max(0, rows.length - mostRows);
  return [
    `  ${plain(title)}${of}`,
    ...shown.map((row) => `    ${row.map((text, i) => text.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd()),
    ...(hidden === 0 ? [] : [`    … and ${formatNumber(hidden)} more`]),
  ];
}

function cell(text: string): string {
  const whole = plain(text);
  return whole.length > longestCell ? `${whole.slice(0, longestCell - 1)}…` : whole;
}
