import type { ProbeMetrics, Results, ScenarioResult } from '../model/results.js';
import type { RoundScenario, RoundSummary } from '../model/round-summary.js';
import type { Verdict } from '../model/verdict.js';

/** Verdicts that only a fault that was confirmed and met can get. */
const afterInjection: readonly (Verdict | null)[] = ['held', 'deviated', 'not-recovered', 'leaked'];

/**
 * One run as one line of its campaign: the worst over the probes, as criteria are judged.
 *
 * @param folder - of the run, relative to the campaign's
 */
export function summarizeRound(results: Results, folder: string | null): RoundSummary {
  const { runId, experiment, seed, startedAt, durationSeconds, verdict, reason, stoppedBy } = results;
  return {
    runId,
    experiment,
    folder,
    seed,
    startedAt,
    durationSeconds,
    verdict,
    reason,
    stoppedBy,
    scenarios: summarizeScenarios(results),
    recommendations: results.recommendations,
  };
}

function summarizeScenarios({ scenarios, metrics }: Results): readonly RoundScenario[] {
  // Those that were injected, in order.
  const measured = metrics.scenarios.values();
  return scenarios.map((scenario) => {
    const probes = scenario.injectedAtMs === null ? [] : measured.next().value?.probes;
    return summarizeScenario(scenario, probes ?? []);
  });
}

function summarizeScenario(scenario: ScenarioResult, probes: readonly ProbeMetrics[]): RoundScenario {
  const { name, type, severity, triggered, verdict, reason, recovered, recoveryTimeSeconds } = scenario;
  return {
    name,
    type,
    severity,
    triggered,
    verdict,
    reason,
    injected: afterInjection.includes(verdict),
    recovered,
    recoveryTimeSeconds,
    offered: sum(probes.map(({ samples }) => samples)),
    failed: sum(probes.map(({ failed }) => failed)),
    harvest: least(probes.map(({ harvest }) => harvest)),
    availabilityByTime: least(probes.map(({ availabilityByTime }) => availabilityByTime)),
    availabilityBySamples: least(probes.map(({ availabilityBySamples }) => availabilityBySamples)),
    longestOutageMs: Math.max(0, ...probes.map(({ longestOutageMs }) => longestOutageMs)),
    p95BeforeMs: most(probes.map(({ responseTimes }) => responseTimes.before?.p95Ms ?? null)),
    p95DuringMs: most(probes.map(({ responseTimes }) => responseTimes.during?.p95Ms ?? null)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function known(values: readonly (number | null)[]): readonly number[] {
  return values.filter((value) => value !== null);
}

function least(values: readonly (number | null)[]): number | null {
  const numbers = known(values);
  return numbers.length === 0 ? null : Math.min(...numbers);
}

function most(values: readonly (number | null)[]): number | null {
  const numbers = known(values);
  return numbers.length === 0 ? null : Math.max(...numbers);
}
