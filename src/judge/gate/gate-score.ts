import type { GateCoverage, GateResult } from '../../model/gate-result.js';
import { formatNumber } from '../quantity.js';
import { wilsonInterval } from '../statistics/wilson-interval.js';

/** Faults and how many of them were tolerated. */
export interface Tolerance {
  readonly faults: number;
  readonly tolerated: number;
}

/** Percent: what the share of tolerated faults is at least, at 95 %; null with fewer than five faults. */
export function gateScore({ faults, tolerated }: Tolerance): number | null {
  const interval = wilsonInterval(tolerated, faults);
  return interval === null ? null : Math.round(1_000 * interval.lower) / 10;
}

/** The score with what it covers: e.g. `at least 76.6 % of faults tolerated (16 of 16), over 2 of 2 scenarios`. */
export function gateSummary({ faults, tolerated }: Tolerance, coverage: GateCoverage): GateResult['summary'] {
  const score = gateScore({ faults, tolerated });
  const counted = `${formatNumber(tolerated)} of ${formatNumber(faults)}`;
  const known =
    score === null
      ? `no score: ${counted} faults tolerated, too few to say`
      : `at least ${score} % of faults tolerated (${counted})`;
  const missing = coverage.missing.map(({ scenario, why }) => `${scenario}: ${why}`);
  const untested = missing.length === 0 ? '' : `; not tested: ${missing.join('; ')}`;
  return `${known}, over ${coverage.confirmed.length} of ${coverage.asked} scenarios${untested}`;
}
