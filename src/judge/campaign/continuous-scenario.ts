import type { ContinuousResults } from '../../model/campaign-results.js';
import type { RoundScenario, RoundSummary } from '../../model/round-summary.js';
import { verdictsWorstFirst } from '../../model/verdict.js';
import { type DecimalHistogram, newHistogram, recordMs, responseTimesOf } from '../decimal-histogram.js';

/** How one scenario went over all its rounds. */
export interface ContinuousScenario {
  readonly scenario: string;
  readonly severity: number;
  rounds: number;
  held: number;
  deviated: number;
  /** By three leading digits: at most 900 entries a decade, however many rounds there are. */
  readonly recovery: DecimalHistogram;
  readonly availability: { sum: number; n: number };
  worst: RoundSummary | null;
}

export function newContinuousScenario({ name, severity }: RoundScenario): ContinuousScenario {
  return {
    scenario: name,
    severity,
    rounds: 0,
    held: 0,
    deviated: 0,
    recovery: newHistogram(),
    availability: { sum: 0, n: 0 },
    worst: null,
  };
}

/** Takes a round of this scenario. */
export function stepContinuousScenario(
  state: ContinuousScenario,
  round: RoundSummary,
  { injected, recoveryTimeSeconds, availabilityByTime }: RoundScenario,
): void {
  state.rounds += 1;
  if (round.verdict === 'held') state.held += 1;
  if (round.verdict === 'deviated') state.deviated += 1;
  if (state.worst === null || isWorse(round, state.worst)) state.worst = round;
  if (!injected) return;
  if (recoveryTimeSeconds !== null)
    recordMs(state.recovery, Number((1_000 * recoveryTimeSeconds).toPrecision(3)));
  if (availabilityByTime !== null) {
    state.availability.sum += availabilityByTime;
    state.availability.n += 1;
  }
}

export function continuousScenarioResult(state: ContinuousScenario): ContinuousResults['byScenario'][number] {
  const { scenario, severity, rounds, held, deviated, recovery, availability, worst } = state;
  const times = responseTimesOf(recovery);
  return {
    scenario,
    severity,
    rounds,
    held,
    deviated,
    medianRecoverySeconds: times === null ? null : times.p50Ms / 1_000,
    meanAvailability: availability.n === 0 ? null : availability.sum / availability.n,
    worst,
  };
}

/** By its verdict; between equal ones by its longest outage. The first of equals stays. */
function isWorse(round: RoundSummary, than: RoundSummary): boolean {
  const rank = ({ verdict }: RoundSummary) => verdictsWorstFirst.indexOf(verdict);
  const outage = ({ scenarios }: RoundSummary) =>
    Math.max(0, ...scenarios.map(({ longestOutageMs }) => longestOutageMs));
  return rank(round) < rank(than) || (rank(round) === rank(than) && outage(round) > outage(than));
}
