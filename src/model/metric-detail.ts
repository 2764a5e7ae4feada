import type { Interval } from './interval.js';

export const resilienceMetricNames = [
  'meanTimeToRecovery',
  'faultToleranceScore',
  'availability',
  'gracefulDegradation',
] as const;
export type ResilienceMetricName = (typeof resilienceMetricNames)[number];

/** How often one fault was tolerated. */
export interface ToleranceOfFault {
  readonly fault: string;
  /** Injections that were confirmed and met. */
  readonly n: number;
  readonly tolerated: number;
  readonly interval: Interval | null;
}

/** One metric over the runs of a campaign, with all that its number rests on. */
export interface MetricDetail {
  readonly name: ResilienceMetricName;
  readonly unit: 's' | '%';
  /** null: no run could say anything. */
  readonly value: number | null;
  readonly median: number | null;
  /** Runs, or injected faults. */
  readonly n: number;
  /** Runs that never recovered while we waited. */
  readonly censored: number;
  /** Over runs; null with fewer than five, or without variance. */
  readonly interval: Interval | null;
  /** A block bootstrap inside one run: shown, never decides. */
  readonly withinRun: Interval | null;
  readonly target: number;
  /** Whether the target is the most or the least that is good. */
  readonly targetIs: 'most' | 'least';
  readonly verdict: 'held' | 'deviated' | 'inconclusive';
  /** Further runs that would decide, at the variance seen; null when it is decided or no number would. */
  readonly runsToDecide: number | null;
  /** Numbers that belong beside it, and decide nothing: `by requests`, `harvest`. */
  readonly beside: readonly {
    readonly name: string;
    readonly unit: 's' | '%';
    readonly value: number;
    readonly interval: Interval | null;
  }[];
  /** Of the fault tolerance; empty for the others. */
  readonly byFault: readonly ToleranceOfFault[];
}
