import type { PlannedProbe, Sample } from '../model/events.js';
import type { ProbeMetrics, ResponseTimes } from '../model/results.js';
import { type DecimalHistogram, newHistogram, recordMs, responseTimesOf } from './decimal-histogram.js';
import { addTick, downtimeUntil, newOutages, type Outages } from './outages.js';
import { isActiveAt, isAfterAt, isWatchedAt, type ScenarioWindow } from './scenario-window.js';

/** What one probe saw of one scenario. */
export interface SampleTally {
  readonly probe: string;
  activeSamples: number;
  activeFailed: number;
  /** Sum of the shares of the full answer in those that passed. */
  activeHarvest: number;
  watchedSamples: number;
  watchedPassed: number;
  readonly during: DecimalHistogram;
  readonly after: DecimalHistogram;
  readonly outages: Outages;
}

/** An empty tally, with room for as many ticks as can be answered before one that runs into the probe's time limit. */
export function newTally({ name, everyMs, timeoutMs }: PlannedProbe): SampleTally {
  // Twice what fits into the time limit, and never little: a blocked event loop reports its ticks late and all at once.
  const ticksInFlight = Math.ceil(timeoutMs / Math.max(1, everyMs));
  return {
    probe: name,
    activeSamples: 0,
    activeFailed: 0,
    activeHarvest: 0,
    watchedSamples: 0,
    watchedPassed: 0,
    during: newHistogram(),
    after: newHistogram(),
    outages: newOutages(Math.min(Math.max(1_024, 2 * ticksInFlight), 65_536)),
  };
}

/**
 * Counts a sample where its intended start lies in the scenario's window, however late it arrives.
 * Every attempt is a sample; for outages, attempts with one intended start are one.
 */
export function tallySample(tally: SampleTally, window: ScenarioWindow, sample: Sample): void {
  const { intendedAt, latencyMs } = sample;
  if (!isWatchedAt(window, intendedAt)) return;
  const passed = sample.outcome === 'passed';
  tally.watchedSamples += 1;
  if (passed) tally.watchedPassed += 1;
  addTick(tally.outages, intendedAt, passed);
  if (isActiveAt(window, intendedAt)) {
    tally.activeSamples += 1;
    if (passed) tally.activeHarvest += sample.harvest ?? 1;
    else tally.activeFailed += 1;
    recordMs(tally.during, latencyMs);
  } else if (isAfterAt(window, intendedAt)) {
    recordMs(tally.after, latencyMs);
  }
}

/**
 * The numbers of one probe and scenario.
 *
 * @param endMs - the end of recovery, or how far the run got
 */
export function probeMetricsOf(
  tally: SampleTally,
  injectedAt: number,
  endMs: number,
  before: ResponseTimes | null,
): ProbeMetrics {
  const { probe, activeSamples, activeFailed, watchedSamples, watchedPassed, outages, during, after } = tally;
  const activePassed = activeSamples - activeFailed;
  const { longestMs, totalMs } = downtimeUntil(outages, endMs);
  const watchedMs = endMs - injectedAt;
  return {
    probe,
    samples: activeSamples,
    failed: activeFailed,
    passRate: activeSamples === 0 ? null : activePassed / activeSamples,
    harvest: activePassed === 0 ? null : tally.activeHarvest / activePassed,
    availabilityBySamples: watchedSamples === 0 ? null : watchedPassed / watchedSamples,
    availabilityByTime: watchedSamples === 0 || watchedMs <= 0 ? null : (watchedMs - totalMs) / watchedMs,
    longestOutageMs: longestMs,
    responseTimes: { before, during: responseTimesOf(during), after: responseTimesOf(after) },
  };
}
