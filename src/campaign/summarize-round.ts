import { limitIsOf } from '../judge/criteria.js';
import { probeQuality } from '../judge/resilience/probe-quality.js';
import type { FaultBand, Timeline } from '../judge/timeline.js';
import type { ProbeMetrics, Results, ScenarioResult } from '../model/results.js';
import type { RoundProbe, RoundScenario, RoundSummary } from '../model/round-summary.js';

/**
 * One run as one line of its campaign: the worst over the probes, as criteria are judged.
 *
 * @param timeline - of the same run
 * @param samples - of all probes of the run
 * @param folder - of the run, relative to the campaign's
 */
export function summarizeRound(
  results: Results,
  timeline: Timeline,
  samples: RoundSummary['samples'],
  folder: string | null,
): RoundSummary {
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
    scenarios: summarizeScenarios(results, timeline),
    criteria: results.criteria.map((each) => ({ ...each, limitIs: limitIsOf(each.name) })),
    samples,
    recommendations: results.recommendations,
  };
}

function summarizeScenarios(
  { scenarios, metrics, seed }: Results,
  timeline: Timeline,
): readonly RoundScenario[] {
  // Those that were injected, in order.
  const measured = metrics.scenarios.values();
  const bands = timeline.bands.values();
  return scenarios.map((scenario) => {
    const wasInjected = scenario.injectedAtMs !== null;
    const probes = (wasInjected ? measured.next().value?.probes : null) ?? [];
    const band = (wasInjected ? bands.next().value : null) ?? null;
    return {
      ...summarizeScenario(scenario, probes),
      probes: probes.map((probe) => summarizeProbe(probe, timeline, band, seed)),
    };
  });
}

function summarizeProbe(
  { probe, samples, failed, harvest, availabilityByTime, availabilityBySamples }: ProbeMetrics,
  timeline: Timeline,
  band: FaultBand | null,
  seed: number,
): RoundProbe {
  const quality = probeQuality(timeline, band, probe, seed);
  return { probe, offered: samples, failed, harvest, availabilityByTime, availabilityBySamples, ...quality };
}

function summarizeScenario(
  scenario: ScenarioResult,
  probes: readonly ProbeMetrics[],
): Omit<RoundScenario, 'probes'> {
  const { name, type, severity, triggered, verdict, reason, recovered, recoveryTimeSeconds } = scenario;
  return {
    name,
    type,
    severity,
    triggered,
    verdict,
    reason,
    injected: isInjected(scenario),
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

/** Confirmed, met as far as that can be counted, and not cut short: what else was open says nothing about the fault. */
function isInjected({ injectedAtMs, verdict, evidence }: ScenarioResult): boolean {
  if (injectedAtMs === null || verdict === 'not-injected' || verdict === 'interrupted') return false;
  const neverMet = evidence?.exposure.kind === 'counted' && evidence.exposure.n === 0;
  return evidence?.active === 'yes' && !neverMet;
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
