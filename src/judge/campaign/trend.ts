import type { TrendPoint } from '../../model/campaign-results.js';
import type { RoundScenario, RoundSummary } from '../../model/round-summary.js';

/** Most points: once time needs more, each two neighbours become one of twice the width. */
export const mostTrendPoints = 64;

interface Mean {
  sum: number;
  n: number;
}

interface Stretch {
  rounds: number;
  held: number;
  readonly recoverySeconds: Mean;
  readonly availability: Mean;
  readonly p95DuringMs: Mean;
}

/** Rounds over time, in a fixed number of stretches of equal width. */
export interface Trend {
  widthMs: number;
  /** The first begins at the campaign's start. */
  stretches: Stretch[];
}

/** @param widthMs - of the first stretches */
export function newTrend(widthMs: number): Trend {
  return { widthMs: Math.max(1, widthMs), stretches: [] };
}

/** Takes a round that began at `t`. Means are of rounds whose fault was met: others say nothing of it. */
export function stepTrend(trend: Trend, t: number, { verdict, scenarios }: RoundSummary): void {
  while (t >= trend.widthMs * mostTrendPoints) halve(trend);
  const index = Math.max(0, Math.floor(t / trend.widthMs));
  while (trend.stretches.length <= index) trend.stretches.push(emptyStretch());
  const stretch = trend.stretches[index];
  if (stretch === undefined) return;
  stretch.rounds += 1;
  if (verdict === 'held') stretch.held += 1;
  for (const scenario of scenarios) takeScenario(stretch, scenario);
}

function takeScenario(stretch: Stretch, scenario: RoundScenario): void {
  if (!scenario.injected) return;
  addTo(stretch.recoverySeconds, scenario.recoveryTimeSeconds);
  addTo(stretch.availability, scenario.availabilityByTime);
  addTo(stretch.p95DuringMs, scenario.p95DuringMs);
}

/** The points, oldest first; stretches without a round are among them. */
export function trendPoints({ widthMs, stretches }: Trend): readonly TrendPoint[] {
  return stretches.map(({ rounds, held, recoverySeconds, availability, p95DuringMs }, index) => ({
    fromMs: index * widthMs,
    toMs: (index + 1) * widthMs,
    rounds,
    held,
    meanRecoverySeconds: meanOf(recoverySeconds),
    meanAvailability: meanOf(availability),
    meanP95DuringMs: meanOf(p95DuringMs),
  }));
}

function emptyStretch(): Stretch {
  return {
    rounds: 0,
    held: 0,
    recoverySeconds: { sum: 0, n: 0 },
    availability: { sum: 0, n: 0 },
    p95DuringMs: { sum: 0, n: 0 },
  };
}

function halve(trend: Trend): void {
  const merged: Stretch[] = [];
  for (let i = 0; i < trend.stretches.length; i += 2) {
    const both = emptyStretch();
    for (const stretch of trend.stretches.slice(i, i + 2)) {
      both.rounds += stretch.rounds;
      both.held += stretch.held;
      for (const name of ['recoverySeconds', 'availability', 'p95DuringMs'] as const) {
        both[name].sum += stretch[name].sum;
        both[name].n += stretch[name].n;
      }
    }
    merged.push(both);
  }
  trend.widthMs *= 2;
  trend.stretches = merged;
}

function addTo(mean: Mean, value: number | null): void {
  if (value === null) return;
  mean.sum += value;
  mean.n += 1;
}

function meanOf({ sum, n }: Mean): number | null {
  return n === 0 ? null : sum / n;
}
