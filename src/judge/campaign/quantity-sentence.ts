import type { DailyQuantity } from '../../model/campaign-results.js';
import { formatMs } from '../../model/duration.js';
import type { DayQuantityName } from '../../model/earlier-day.js';
import { quantityKinds } from './day-quantities.js';

/** For people. */
export const quantityLabels: Readonly<Record<DayQuantityName, string>> = {
  recoveryTimeSeconds: 'back after',
  availabilityByTime: 'available',
  p95DuringMs: 'p95 during',
  longestOutageMs: 'longest outage',
};

/** One number with its unit. */
export function quantityText(name: DayQuantityName, value: number): string {
  if (name === 'availabilityByTime') return `${Number((100 * value).toFixed(1))} %`;
  return formatMs(name === 'recoveryTimeSeconds' ? 1_000 * value : value);
}

/** Where it was expected, on the side that is bad; a dash with too few days. */
export function expectedText({ name, expected }: DailyQuantity): string {
  if (expected === null) return '–';
  return quantityKinds[name].badSide === 'above'
    ? `at most ${quantityText(name, expected.upper)}`
    : `at least ${quantityText(name, expected.lower)}`;
}

/** What got worse, with the numbers that say so. */
export function quantitySentence(quantity: DailyQuantity): string {
  const { name, today, days, earlierMedian } = quantity;
  const shown = (value: number | null) => (value === null ? '–' : quantityText(name, value));
  return `${quantityLabels[name]} ${shown(today)}, expected ${expectedText(quantity)} (median ${shown(earlierMedian)} over ${days} days)`;
}
