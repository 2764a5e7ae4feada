import type { RepeatedCriterion } from '../../model/campaign-results.js';
import type { Interval } from '../../model/interval.js';
import { criterionQuantity } from '../criterion-sentence.js';

/** e.g. `p95ResponseMs 412 ms (95 %: 380–450 ms) against at most 500 ms (checkout)`. */
export function repeatedCriterionSentence(criterion: RepeatedCriterion): string {
  const { name, probe, mean, interval, limit, limitIs, verdict, runsToDecide } = criterion;
  const format = criterionQuantity(name);
  const where = probe === null ? '' : ` (${probe})`;
  if (mean === null) return `${name}: nothing was observed${where}`;
  const range = interval === null ? '' : ` (${rangeText(interval, format)})`;
  const open = verdict === 'inconclusive' ? openText(runsToDecide) : '';
  return `${name} ${format(mean)}${range} against at ${limitIs} ${format(limit)}${where}${open}`;
}

/** e.g. `95 %: 380 ms–450 ms`. */
export function rangeText({ lower, upper, level }: Interval, format: (value: number) => string): string {
  return `${100 * level} %: ${format(lower)}–${format(upper)}`;
}

function openText(runs: number | null): string {
  return runs === null ? '; too near to be decided by more runs' : `; about ${runs} more would decide`;
}
