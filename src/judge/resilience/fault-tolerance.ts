import type { Interval } from '../../model/interval.js';
import type { MetricDetail, ToleranceOfFault } from '../../model/metric-detail.js';
import { wilsonInterval } from '../statistics/wilson-interval.js';
import { metricVerdict } from './metric-verdict.js';

/** One injected fault, confirmed and met. */
export interface InjectedFault {
  /** The scenario's name. */
  readonly fault: string;
  /** No unhandled error reached the caller, and every answer was right or a declared fallback. */
  readonly tolerated: boolean;
}

/**
 * The share of injected faults that were tolerated, in all and by fault, with Wilson's interval: each injection is one
 * yes or no.
 *
 * Source: Avižienis, Laprie, Randell and Landwehr 2004, "Basic concepts and taxonomy of dependable and secure computing",
 * IEEE TDSC 1(1): fault tolerance is to avoid service failures in the presence of faults.
 *
 * @param targetPercent - the least that is good
 */
export function faultTolerance(injected: readonly InjectedFault[], targetPercent: number): MetricDetail {
  const n = injected.length;
  const tolerated = injected.filter((each) => each.tolerated).length;
  const interval = percent(wilsonInterval(tolerated, n));
  const value = n === 0 ? null : (100 * tolerated) / n;
  const target = { target: targetPercent, targetIs: 'least' } as const;
  const intervalOf = (runs: number) => percent(wilsonInterval((tolerated / n) * runs, runs));
  return {
    name: 'faultToleranceScore',
    unit: '%',
    value,
    median: null,
    n,
    censored: 0,
    interval,
    withinRun: null,
    ...target,
    ...metricVerdict({ ...target, value, n, interval, intervalOf }),
    beside: [],
    byFault: byFault(injected),
  };
}

function byFault(injected: readonly InjectedFault[]): readonly ToleranceOfFault[] {
  return [...new Set(injected.map(({ fault }) => fault))].map((fault) => {
    const ofFault = injected.filter((each) => each.fault === fault);
    const tolerated = ofFault.filter((each) => each.tolerated).length;
    return {
      fault,
      n: ofFault.length,
      tolerated,
      interval: percent(wilsonInterval(tolerated, ofFault.length)),
    };
  });
}

function percent(interval: Interval | null): Interval | null {
  if (interval === null) return null;
  return { ...interval, lower: 100 * interval.lower, upper: 100 * interval.upper };
}
