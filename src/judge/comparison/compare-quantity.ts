import type { Compared, ComparedName, ComparedQuantity, Margin } from '../../model/comparison.js';
import type { Interval } from '../../model/interval.js';
import { fewestRuns } from '../statistics/fewest-runs.js';
import { type Moments, momentsOf } from '../statistics/moments.js';
import { runsToDecide } from '../statistics/runs-to-decide.js';
import { welchInterval } from '../statistics/welch-interval.js';
import { comparedKinds } from './compared-kinds.js';

/** Values of both sides, run by run. */
export interface BothSides {
  readonly base: readonly number[];
  readonly head: readonly number[];
}

/**
 * Is one number of the head worse than that of the base by more than the margin?
 *
 * The whole interval of the difference within the margin: not worse. The whole interval beyond it: worse. Else, and with
 * fewer than five runs on a side, undecided. Where no run differs from its own side the values decide.
 *
 * Times are compared on a log scale, and the difference is then that of their geometric means, in their own unit.
 */
export function compareQuantity(
  name: ComparedName,
  { base, head }: BothSides,
  { share, floor }: Margin,
): ComparedQuantity {
  const { badSide, logShift } = comparedKinds[name];
  const scale = scaleOf(logShift);
  const moments = { base: momentsOf(base.map(scale.to)), head: momentsOf(head.map(scale.to)) };
  const baseTypical = base.length === 0 ? null : scale.from(moments.base.mean);
  const headTypical = head.length === 0 ? null : scale.from(moments.head.mean);
  const margin = Math.max(floor, share * Math.abs(baseTypical ?? 0));
  const common = { name, base, head, baseTypical, headTypical, margin, badSide };
  if (baseTypical === null || headTypical === null)
    return { ...common, difference: null, interval: null, state: 'undecided', runsToDecide: null };
  const difference = settled(headTypical - baseTypical);
  const intervalOf = (further: number) => {
    const on = (side: Moments) => ({ ...side, n: side.n + further });
    const interval = welchInterval(on(moments.base), on(moments.head));
    // On the log scale a difference is a ratio: of what the base has.
    return interval === null
      ? null
      : inUnit(interval, logShift === undefined ? null : baseTypical + logShift);
  };
  const interval = intervalOf(0);
  const stateOf = (range: Interval | null): Compared => {
    const { lower, upper } = range ?? { lower: difference, upper: difference };
    const [least, most] = badSide === 'above' ? [lower, upper] : [-upper, -lower];
    if (most <= margin) return 'not-worse';
    return least > margin ? 'worse' : 'undecided';
  };
  const fewest = Math.min(base.length, head.length);
  const state = fewest < fewestRuns ? 'undecided' : stateOf(interval);
  return {
    ...common,
    difference,
    interval,
    state,
    runsToDecide:
      state === 'undecided'
        ? runsToDecide(fewest, (runs) => stateOf(intervalOf(runs - fewest)) !== 'undecided')
        : null,
  };
}

interface Scale {
  readonly to: (value: number) => number;
  readonly from: (value: number) => number;
}

function scaleOf(logShift: number | undefined): Scale {
  if (logShift === undefined) return { to: (value) => value, from: settled };
  return {
    to: (value) => Math.log(value + logShift),
    from: (value) => settled(Math.exp(value) - logShift),
  };
}

function inUnit(interval: Interval, shiftedBase: number | null): Interval {
  const { lower, upper, method } = interval;
  if (shiftedBase === null) return interval;
  const back = (value: number) => settled(shiftedBase * Math.expm1(value));
  return { ...interval, lower: back(lower), upper: back(upper), method: `${method}, log scale` };
}

/** Without what floating point adds. */
function settled(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
