import type { ComparedName, ComparedQuantity, ComparedScenario } from '../../model/comparison.js';
import { formatMs } from '../../model/duration.js';
import { formatNumber, formatShare } from '../quantity.js';
import { fewestRuns } from '../statistics/fewest-runs.js';
import { comparedKinds } from './compared-kinds.js';

/** One number with its unit. */
export function comparedText(name: ComparedName, value: number): string {
  const { unit } = comparedKinds[name];
  if (unit === 'share') return formatShare(value);
  return formatMs(unit === 's' ? 1_000 * value : value);
}

/** A difference with its sign: `+120 ms`, `−3.2 points`. */
export function differenceText(name: ComparedName, value: number): string {
  const size = Math.abs(value);
  const text =
    comparedKinds[name].unit === 'share' ? `${formatNumber(100 * size, 1)} points` : comparedText(name, size);
  if (value === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

/** e.g. `95 %: −3 ms to +20 ms`; why there is none where there is none. */
export function differenceRange({ name, interval, base, head }: ComparedQuantity): string {
  if (interval !== null)
    return `${100 * interval.level} %: ${differenceText(name, interval.lower)} to ${differenceText(name, interval.upper)}`;
  return Math.min(base.length, head.length) < fewestRuns ? 'too few runs' : 'every run alike';
}

/** The margin, as a difference that still counts as not worse. */
export function marginText({ name, margin, badSide }: ComparedQuantity): string {
  return differenceText(name, badSide === 'above' ? margin : -margin);
}

/** What would decide, for one number. */
export function openText({ runsToDecide: runs }: ComparedQuantity): string {
  return runs === null
    ? 'no number of runs would decide'
    : `about ${formatNumber(runs)} more runs on each side would decide`;
}

/** e.g. `p95 during 412 ms → 1.9 s (+1.5 s; 95 %: +1.2 s to +1.8 s; margin +82 ms)`. */
export function comparedSentence(quantity: ComparedQuantity): string {
  const { name, baseTypical, headTypical, difference, state } = quantity;
  const { label } = comparedKinds[name];
  if (baseTypical === null || headTypical === null || difference === null)
    return `${label}: observed on one side alone`;
  const open = state === 'undecided' ? `; ${openText(quantity)}` : '';
  return `${label} ${comparedText(name, baseTypical)} → ${comparedText(name, headTypical)} (${differenceText(name, difference)}; ${differenceRange(quantity)}; margin ${marginText(quantity)}${open})`;
}

/** e.g. `held in 5 of 5 runs → 0 of 5`. */
export function heldSentence({ base, head }: ComparedScenario): string {
  return `held in ${base.held} of ${base.injected} runs → ${head.held} of ${head.injected}`;
}
