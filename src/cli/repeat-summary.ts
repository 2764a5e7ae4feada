import { rangeText } from '../judge/campaign/repeated-criterion-sentence.js';
import { criterionQuantity } from '../judge/criterion-sentence.js';
import { formatShare } from '../judge/quantity.js';
import type { RepeatedCriterion, RepeatResults } from '../model/campaign-results.js';
import { worstOf } from '../model/verdict.js';
import { emphasis } from './emphasis.js';
import { table } from './table.js';

export interface RepeatSummaryOptions {
  readonly color: boolean;
  /** Where the campaign was written. */
  readonly folder: string | null;
}

/** What a repeated experiment showed: each criterion over the runs against its limit, and how many runs held. */
export function renderRepeatSummary(results: RepeatResults, { color, folder }: RepeatSummaryOptions): string {
  const { verdict, name, reason, criteria, rounds, roundsRun, times, stoppedBy, recommendations } = results;
  const worst = rounds.find((round) => round.verdict === worstVerdict(results));
  const lines = [
    `${emphasis(verdict, color)}  ${emphasis(name, color)}, ${roundsRun} of ${times} runs`,
    `  ${reason}`,
    ...(stoppedBy === null ? [] : [`  stopped: ${stoppedBy.detail}`]),
    '',
    ...(criteria.length === 0
      ? []
      : table([
          ['criterion', 'scenario', 'probe', 'limit', 'mean', 'interval', 'verdict', 'runs'],
          ...criteria.map(criterionRow),
        ]).map((line) => `  ${line}`)),
    `  ${heldText(results)}`,
    ...recommendations.map(({ text, rounds: n }) => `  → ${text} (${n} of ${roundsRun} runs)`),
    `  seed ${results.seed}`,
    ...(folder === null ? [] : [`  results ${folder}/results.json`]),
    ...(folder === null || worst === undefined || worst.verdict === 'held'
      ? []
      : [`  replay the worst run  chaosx replay ${folder}/${worst.folder}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function worstVerdict({ rounds }: RepeatResults): string {
  return worstOf(rounds.map(({ verdict }) => verdict));
}

function criterionRow(criterion: RepeatedCriterion): readonly string[] {
  const { name, scenario, probe, limit, limitIs, mean, interval, verdict, n, runsToDecide } = criterion;
  const format = criterionQuantity(name);
  const more =
    verdict === 'inconclusive' && runsToDecide !== null ? `${n}, about ${runsToDecide} more decide` : `${n}`;
  return [
    name,
    scenario,
    probe ?? '–',
    `at ${limitIs} ${format(limit)}`,
    mean === null ? '–' : format(mean),
    interval === null ? 'no interval' : rangeText(interval, format),
    verdict,
    more,
  ];
}

function heldText({ heldShare, counted, notInjected, roundsRun }: RepeatResults): string {
  const { value, interval } = heldShare;
  const held = value === null ? 0 : Math.round(value * counted);
  const range = interval === null ? '' : ` (${rangeText(interval, formatShare)})`;
  const left = roundsRun - counted;
  const leftOut =
    left === 0 ? '' : `; left out: ${left} of ${roundsRun} runs, ${notInjected} of them not injected`;
  return `held in ${held} of ${counted} runs that count${range}${leftOut}`;
}
