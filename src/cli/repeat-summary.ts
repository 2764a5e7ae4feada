import { rangeText } from '../judge/campaign/repeated-criterion-sentence.js';
import { criterionQuantity } from '../judge/criterion-sentence.js';
import { formatShare } from '../judge/quantity.js';
import type { RepeatedCriterion, RepeatResults } from '../model/campaign-results.js';
import type { RoundSummary } from '../model/round-summary.js';
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
  const { verdict, name, reason, criteria, roundsRun, times, stoppedBy, recommendations } = results;
  const worst = worstRun(results);
  const lines = [
    `${emphasis(verdict, color)}  ${emphasis(name, color)}, ${roundsRun} of ${times} runs`,
    `  ${reason}`,
    ...(stoppedBy === null || reason.includes(stoppedBy.detail) ? [] : [`  stopped: ${stoppedBy.detail}`]),
    '',
    ...(criteria.length === 0
      ? []
      : table([
          ['criterion', 'scenario', 'probe', 'limit', 'mean', 'interval', 'verdict', 'runs'],
          ...criteria.map(criterionRow),
        ]).map((line) => `  ${line}`)),
    `  ${heldText(results)}`,
    ...recommendations.map(({ text, rounds }) => `  → ${text} (${rounds} of ${roundsRun} runs)`),
    `  seed ${results.seed}`,
    ...(folder === null ? [] : [`  results ${folder}/results.json`]),
    ...(folder === null || worst === undefined || worst.verdict === 'held'
      ? []
      : [`  replay the worst run  chaosx replay ${folder}/${worst.folder}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** The first of the runs that went worst, but for those that a person ended. */
function worstRun({ rounds }: RepeatResults): RoundSummary | undefined {
  const ended = rounds.filter(({ verdict }) => verdict !== 'interrupted');
  const worst = worstOf(ended.map(({ verdict }) => verdict));
  return ended.find(({ verdict }) => verdict === worst);
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
