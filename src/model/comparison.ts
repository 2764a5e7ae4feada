import type { Interval } from './interval.js';

/** The numbers of a scenario that two sides are compared by; each run gives one, the worst over its probes. */
export const comparedNames = [
  'answeredWell',
  'availabilityByTime',
  'p95DuringMs',
  'longestOutageMs',
  'recoveryTimeSeconds',
] as const;
export type ComparedName = (typeof comparedNames)[number];

/** How much worse a number may be and still count as not worse: the larger of both. */
export interface Margin {
  /** Of what the base has, 0 or more; 0.2 is 20 %. */
  readonly share: number;
  /** In the unit of the number, 0 or more. */
  readonly floor: number;
}
export type Margins = Readonly<Record<ComparedName, Margin>>;

/** The two sides of a comparison. */
export type Side = 'base' | 'head';

/** `worse`: by more than the margin; `undecided`: the runs so far leave both open. */
export type Compared = 'not-worse' | 'worse' | 'undecided';

/** One number of one scenario on both sides. */
export interface ComparedQuantity {
  readonly name: ComparedName;
  /** Run by run, in the unit of the name; shares are 0–1. A run that never recovered counts with the longest time seen. */
  readonly base: readonly number[];
  readonly head: readonly number[];
  /** Mean of shares, geometric mean of times; null without a run. */
  readonly baseTypical: number | null;
  readonly headTypical: number | null;
  /** Head less base, in the unit of the name. */
  readonly difference: number | null;
  /** Of the difference; null with fewer than five runs on a side, or when no run differs from its own side. */
  readonly interval: Interval | null;
  /** The least difference to the bad side that counts, in the unit of the name; ≥ 0. */
  readonly margin: number;
  readonly badSide: 'above' | 'below';
  readonly state: Compared;
  /** Further runs on each side that would decide, at the variance seen; null when it is decided or no number would. */
  readonly runsToDecide: number | null;
}

/** Runs of one scenario on one side. */
export interface ComparedRuns {
  readonly runs: number;
  /** Confirmed and met; the others are left out. */
  readonly injected: number;
  /** Of those that were injected. */
  readonly held: number;
  readonly neverRecovered: number;
}

/** One scenario on both sides. */
export interface ComparedScenario {
  readonly experiment: string;
  readonly scenario: string;
  readonly base: ComparedRuns;
  readonly head: ComparedRuns;
  /** Share of runs that held, head less base; whole below zero is worse, else it says nothing. */
  readonly heldDifference: Interval | null;
  readonly heldFewer: boolean;
  readonly quantities: readonly ComparedQuantity[];
  readonly state: Compared;
}
