import type { DailyQuantity } from '../../model/campaign-results.js';
import type { DayQuantityName } from '../../model/earlier-day.js';
import { medianOf } from '../statistics/median-of.js';
import { predictionInterval } from '../statistics/prediction-interval.js';
import { quantityKinds } from './day-quantities.js';

/** One number of a day against those of days before: beyond their range on the bad side, and by more than matters. */
export function compareQuantity(
  name: DayQuantityName,
  today: number | null,
  earlier: readonly number[],
): DailyQuantity {
  const { badSide, share, floor, logShift, most } = quantityKinds[name];
  const scale = logShift === undefined ? {} : { logShift };
  const expected = predictionInterval(earlier, { ...scale, least: 0, most });
  const earlierMedian = medianOf(earlier);
  const quantity = { name, today, days: earlier.length, expected, earlierMedian };
  if (today === null || expected === null || earlierMedian === null) return { ...quantity, regressed: false };
  const isBeyond = badSide === 'above' ? today > expected.upper : today < expected.lower;
  const matters = Math.abs(today - earlierMedian) > Math.max(floor, share * earlierMedian);
  return { ...quantity, regressed: isBeyond && matters };
}
