import type { Verdict } from './verdict.js';

export const dayQuantityNames = [
  'recoveryTimeSeconds',
  'availabilityByTime',
  'p95DuringMs',
  'longestOutageMs',
] as const;
export type DayQuantityName = (typeof dayQuantityNames)[number];

/** The worst over an experiment's injected scenarios; null where nothing was observed. */
export type DayQuantities = Readonly<Record<DayQuantityName, number | null>>;

/** How an experiment went on a day before, as far as later days are compared with it. */
export interface EarlierDay {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly verdict: Verdict;
  /** Names of the scenarios that were injected, in order. */
  readonly injected: readonly string[];
  readonly quantities: DayQuantities;
  /** What had got worse on that day already: later days are not measured by it. */
  readonly regressed: readonly (DayQuantityName | 'verdict')[];
}
