import type { Sample } from '../model/events.js';
import type { Fold } from '../model/fold.js';
import type { MetricsSummary, ProbeMetrics, ScenarioMetrics } from '../model/results.js';
import { type DecimalHistogram, newHistogram, recordMs, responseTimesOf } from './decimal-histogram.js';
import { handlers, type HandlersState } from './handlers.js';
import { newRunFacts, type RunFacts, stepRunFacts } from './run-facts.js';
import { newTally, probeMetricsOf, type SampleTally, tallySample } from './sample-tally.js';
import type { ScenarioFacts } from './scenario-facts.js';
import { isActiveAt, isAfterAt } from './scenario-window.js';

/** Facts and counted samples of a run: bounded by scenarios × probes, however many samples come. */
export interface MetricsState {
  readonly facts: RunFacts;
  readonly handlers: HandlersState;
  /** By probe: answered before the first fault. */
  readonly before: Map<string, DecimalHistogram>;
  /** By scenario, then by probe. */
  tallies: ReadonlyMap<string, SampleTally>[];
  readonly overall: {
    readonly before: DecimalHistogram;
    readonly during: DecimalHistogram;
    readonly after: DecimalHistogram;
  };
  lastSampleAt: number;
  injected: boolean;
}

/**
 * Availability, outages, response times and recovery of a run; `result` may be asked for at any time in it.
 *
 * A sample belongs to the phase of its intended start: during = from injection until the revert begins, after = from the
 * end of the revert to the end of recovery. Before = answered before the first injection:
 * one that was in flight when the fault came has met it, and says nothing of the time before. Where scenarios
 * overlap, a sample counts for each.
 */
export const metrics: Fold<MetricsState, MetricsSummary> = {
  init: () => ({
    facts: newRunFacts(),
    handlers: handlers.init(),
    before: new Map(),
    tallies: [],
    overall: { before: newHistogram(), during: newHistogram(), after: newHistogram() },
    lastSampleAt: 0,
    injected: false,
  }),
  step(state, event) {
    stepRunFacts(state.facts, event);
    handlers.step(state.handlers, event);
    switch (event.type) {
      case 'run-started':
        for (const { name } of event.probes) state.before.set(name, newHistogram());
        state.tallies = event.scenarios.map(
          () => new Map(event.probes.map((probe) => [probe.name, newTally(probe)])),
        );
        return state;
      case 'fault-injected':
        state.injected = true;
        return state;
      case 'sample':
        countSample(state, event);
        return state;
      default:
        return state;
    }
  },
  result: metricsOf,
};

function countSample(state: MetricsState, sample: Sample): void {
  const { facts, before, tallies, overall } = state;
  const { probe, intendedAt, latencyMs } = sample;
  const beforeProbe = before.get(probe);
  if (beforeProbe === undefined) return;
  state.lastSampleAt = sample.t;
  if (!state.injected) {
    recordMs(beforeProbe, latencyMs);
    recordMs(overall.before, latencyMs);
    return;
  }
  let active = false;
  let after = false;
  for (const [i, { window }] of facts.scenarios.entries()) {
    const tally = tallies[i]?.get(probe);
    if (window.injectedAt === null || tally === undefined) continue;
    tallySample(tally, window, sample);
    active ||= isActiveAt(window, intendedAt);
    after ||= isAfterAt(window, intendedAt);
  }
  if (active) recordMs(overall.during, latencyMs);
  else if (after) recordMs(overall.after, latencyMs);
}

/** What a run has shown so far, over the scenarios that were injected; for a criteria function, and `results.json`. */
export function metricsOf(state: MetricsState): MetricsSummary {
  const { facts, overall } = state;
  const injected = facts.scenarios.filter(({ window }) => window.injectedAt !== null);
  const scenarios = facts.scenarios.flatMap((scenario, i) => {
    const found = scenarioMetricsOf(state, scenario, i);
    return found === null ? [] : [found];
  });
  const probes = scenarios.flatMap((scenario) => scenario.probes);
  return {
    availabilityBySamples: least(probes.map((probe) => probe.availabilityBySamples)),
    availabilityByTime: least(probes.map((probe) => probe.availabilityByTime)),
    passRate: least(probes.map((probe) => probe.passRate)),
    longestOutageMs: Math.max(0, ...probes.map((probe) => probe.longestOutageMs)),
    recoveryTimeSeconds: longestRecovery(injected),
    responseTimes: {
      before: responseTimesOf(overall.before),
      during: responseTimesOf(overall.during),
      after: responseTimesOf(overall.after),
    },
    scenarios,
  };
}

/** The numbers of one scenario; null when it was not injected. */
export function scenarioMetricsOf(
  { before, tallies, lastSampleAt }: MetricsState,
  { planned, window, recovery }: ScenarioFacts,
  index: number,
): ScenarioMetrics | null {
  const { injectedAt, revertedAt, recoveryEndedAt } = window;
  if (injectedAt === null) return null;
  const endMs = recoveryEndedAt ?? Math.max(lastSampleAt, revertedAt ?? injectedAt);
  const probes: ProbeMetrics[] = [];
  for (const tally of tallies[index]?.values() ?? []) {
    const baseline = before.get(tally.probe);
    probes.push(
      probeMetricsOf(tally, injectedAt, endMs, baseline === undefined ? null : responseTimesOf(baseline)),
    );
  }
  return { scenario: planned.name, recoveryTimeSeconds: secondsOf(recovery), probes };
}

function secondsOf(recovery: ScenarioFacts['recovery']): number | null {
  return recovery === null || recovery.recoveryMs === null ? null : recovery.recoveryMs / 1_000;
}

function longestRecovery(injected: readonly ScenarioFacts[]): number | null {
  const seconds = injected.map(({ recovery }) => secondsOf(recovery));
  const all = seconds.filter((value) => value !== null);
  return all.length === 0 || all.length < seconds.length ? null : Math.max(...all);
}

function least(values: readonly (number | null)[]): number | null {
  const seen = values.filter((value) => value !== null);
  return seen.length === 0 ? null : Math.min(...seen);
}
