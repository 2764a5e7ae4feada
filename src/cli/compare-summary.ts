import { comparedKinds } from '../judge/comparison/compared-kinds.js';
import {
  comparedText,
  differenceRange,
  differenceText,
  heldSentence,
  marginText,
  openText,
} from '../judge/comparison/compared-sentence.js';
import type { ComparedSide, CompareResults } from '../model/campaign-results.js';
import type { ComparedQuantity, ComparedScenario } from '../model/comparison.js';
import { emphasis } from './emphasis.js';
import { table } from './table.js';

export interface CompareSummaryOptions {
  readonly color: boolean;
  /** Where the comparison was written; null when it was not. */
  readonly folder: string | null;
}

/** What a comparison showed: each number of each scenario on both sides, the difference against its margin. */
export function renderCompareSummary(
  results: CompareResults,
  { color, folder }: CompareSummaryOptions,
): string {
  const { verdict, name, reason, base, head, scenarios, unmatched, notes, stoppedBy, seed } = results;
  const lines = [
    `${emphasis(verdict, color)}  ${emphasis(name, color)}`,
    `  ${reason}`,
    ...(stoppedBy === null || reason.includes(stoppedBy.detail) ? [] : [`  stopped: ${stoppedBy.detail}`]),
    '',
    `  base ${sideText(base)}`,
    `  head ${sideText(head)}`,
    ...scenarios.flatMap(scenarioLines),
    ...unmatched.map(({ scenario, side }) => `  ${scenario}: run on ${side} alone, not compared`),
    ...notes.map((note) => `  note: ${note}`),
    ...results.recommendations.slice(0, 3).map(({ text }) => `  → ${text}`),
    ...(base.commit === null ? [] : [`  seed ${seed}`]),
    ...(folder === null ? [] : [`  results ${folder}/results.json`]),
  ];
  return `${lines.join('\n')}\n`;
}

function sideText({ label, commit, rounds }: ComparedSide): string {
  const hash = commit === null || commit.startsWith(label) ? '' : ` (${commit.slice(0, 10)})`;
  return `${label}${hash}: ${rounds.length} ${rounds.length === 1 ? 'run' : 'runs'}`;
}

function scenarioLines(scenario: ComparedScenario): readonly string[] {
  const { base, head } = scenario;
  const never =
    base.neverRecovered + head.neverRecovered === 0
      ? ''
      : `; never came back in ${base.neverRecovered} → ${head.neverRecovered}`;
  const leftOut = base.runs - base.injected + head.runs - head.injected;
  const left = leftOut === 0 ? '' : `; left out: ${leftOut} runs, whose fault was not injected`;
  return [
    '',
    `  ${scenario.scenario}: ${heldSentence(scenario)}${scenario.heldFewer ? ', which is fewer' : ''}${never}${left}`,
    ...table([
      ['number', 'base', 'head', 'difference', 'interval', 'margin', ''],
      ...scenario.quantities.map(quantityRow),
    ]).map((line) => `    ${line}`),
  ];
}

function quantityRow(quantity: ComparedQuantity): readonly string[] {
  const { name, baseTypical, headTypical, difference, state } = quantity;
  const shown = (value: number | null) => (value === null ? '–' : comparedText(name, value));
  const words = { 'not-worse': 'not worse', worse: 'worse', undecided: `undecided; ${openText(quantity)}` };
  return [
    comparedKinds[name].label,
    shown(baseTypical),
    shown(headTypical),
    difference === null ? '–' : differenceText(name, difference),
    differenceRange(quantity),
    marginText(quantity),
    words[state],
  ];
}
