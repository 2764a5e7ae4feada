import { expectedText, quantityLabels, quantityText } from '../judge/campaign/quantity-sentence.js';
import type { DailyComparison, DailyQuantity, DailyResults } from '../model/campaign-results.js';
import { exitCodeOf, type Verdict, worstOf } from '../model/verdict.js';
import { emphasis } from './emphasis.js';
import { table } from './table.js';

export interface DailySummaryOptions {
  readonly color: boolean;
  /** Where the campaign was written. */
  readonly folder: string | null;
}

/** What a day showed: each experiment against its own days before, what got worse, whose turn is another day. */
export function renderDailySummary(results: DailyResults, { color, folder }: DailySummaryOptions): string {
  const { verdict, name, day, timeZone, reason, regressed, comparisons, skipped, notToday } = results;
  const compared = comparisons.filter(({ earlierDays }) => earlierDays > 0);
  const lines = [
    `${emphasis(regressed ? `${verdict}, regressed` : verdict, color)}  ${emphasis(name, color)}  ${day} ${timeZone}`,
    `  ${reason}`,
    '',
    ...table([
      ['experiment', 'verdict', 'before', '', 'today', 'median', 'expected', ''],
      ...comparisons.flatMap(rowsOf),
    ]).map((line) => `  ${line}`),
    '',
    ...comparisons.flatMap(({ file, why }) => why.map((what) => `  worse: ${file}: ${what}`)),
    ...(regressed ? [exitLine(verdict)] : []),
    ...(comparisons.length > 0 && compared.length === 0
      ? ['  nothing to compare with yet: this is the first of its days']
      : []),
    ...comparisons.flatMap(otherVersionsLine),
    ...skipped.map((each) => `  not run: ${each.name}: ${each.why}`),
    ...(notToday.length === 0 ? [] : [`  not today: ${notToday.join(', ')}`]),
    ...results.notes.map((note) => `  note: ${note}`),
    ...results.recommendations.map(
      ({ text, rounds }) => `  → ${text} (${rounds} of ${results.roundsRun} experiments)`,
    ),
    `  seed ${results.seed}`,
    ...(folder === null ? [] : [`  results ${folder}/results.json`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** A regression counts as a criterion that did not hold. */
function exitLine(verdict: Verdict): string {
  return `  exits with ${exitCodeOf(worstOf([verdict, 'deviated']))}: worse than the days before`;
}

function rowsOf({
  file,
  today,
  earlierVerdict,
  earlierDays,
  quantities,
}: DailyComparison): readonly string[][] {
  const before = earlierDays === 0 ? 'no day' : `${earlierVerdict ?? '–'}, ${days(earlierDays)}`;
  const heads = [
    [file, today.verdict, before],
    ['', '', ''],
  ];
  const shown = quantities.filter((quantity) => quantity.today !== null || quantity.earlierMedian !== null);
  if (shown.length === 0) return [[...(heads[0] ?? []), '', '', '', '', '']];
  return shown.map((quantity, index) => [...(heads[Math.min(index, 1)] ?? []), ...cellsOf(quantity)]);
}

function cellsOf(quantity: DailyQuantity): readonly string[] {
  const { name, today, earlierMedian, expected, regressed } = quantity;
  const text = (value: number | null) => (value === null ? '–' : quantityText(name, value));
  const range = expected === null && quantity.days > 0 ? 'needs 5 days' : expectedText(quantity);
  return [quantityLabels[name], text(today), text(earlierMedian), range, regressed ? 'worse' : ''];
}

function otherVersionsLine({ file, otherVersions }: DailyComparison): readonly string[] {
  if (otherVersions === 0) return [];
  return [`  not compared: ${days(otherVersions)} on which ${file} was another experiment`];
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}
