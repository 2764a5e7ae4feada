import type { Interval } from '../../model/interval.js';
import { wilsonInterval } from './wilson-interval.js';

/** Independent yes/no outcomes. */
export interface YesCount {
  readonly yes: number;
  readonly n: number;
}

/**
 * A 95 % interval for the difference of two shares, head less base, from the Wilson intervals of both.
 *
 * null with fewer than five outcomes on a side.
 *
 * Source: Newcombe 1998, "Interval estimation for the difference between independent proportions", method 10,
 * Statistics in Medicine 17.
 */
export function newcombeInterval(base: YesCount, head: YesCount): Interval | null {
  const [ofBase, ofHead] = [base, head].map(({ yes, n }) => wilsonInterval(yes, n));
  if (ofBase == null || ofHead == null) return null;
  const [baseShare, headShare] = [base.yes / base.n, head.yes / head.n];
  const difference = headShare - baseShare;
  return {
    lower: difference - Math.hypot(headShare - ofHead.lower, ofBase.upper - baseShare),
    upper: difference + Math.hypot(ofHead.upper - headShare, baseShare - ofBase.lower),
    level: 0.95,
    method: `Newcombe over ${base.n} and ${head.n}`,
  };
}
