import type { ChaosEvent, Sample } from '../model/events.js';
import type { AbortConditions } from '../model/experiment.js';
import { formatResponse, formatShare } from './quantity.js';
import { isActiveAt, newWindow, type ScenarioWindow, stepWindow } from './scenario-window.js';
import { newSlidingWindow, percentileOf, slide, type SlidingWindow, windowSpanMs } from './sliding-window.js';

/** The abort condition that holds now, as it was asked for, and what was seen. */
export interface AbortFinding {
  /** e.g. `maxErrorRate 0.5`. */
  readonly condition: string;
  /** e.g. `checkout: 61.5 % of 26 samples in the last 10 s`. */
  readonly observed: string;
}

/** Watches a run's events for its abort conditions. */
export interface AbortCheck {
  /** The finding when a condition holds with this event, else null. */
  step(event: ChaosEvent): AbortFinding | null;
}

/** One probe's samples under the fault. The counts are of its window, so that a sample costs the same at any rate. */
interface Watched {
  readonly window: SlidingWindow;
  inWindow: number;
  failed: number;
  overP95: number;
  consecutive: number;
}

/** With fewer samples a share says nothing: one failure of one sample is 100 %. */
const leastSamples = 10;

/**
 * Checks each probe, by the samples that were meant to start while a fault is active:
 * `consecutiveFailures` and `maxResponseMs` at once; `p95ResponseMs`, `maxErrorRate` and `passRate` over the last 10 s,
 * once there are 10 samples or the fault has lasted 10 s. Limits are inclusive: a response of exactly
 * `maxResponseMs` stops nothing; `consecutiveFailures: 5` stops at the fifth. A new injection starts afresh.
 */
export function abortCheck(conditions: AbortConditions): AbortCheck {
  const windows = new Map<number, ScenarioWindow>();
  let probes = new Map<string, Watched>();
  let since = 0;
  const isUnderFault = (t: number) => [...windows.values()].some((window) => isActiveAt(window, t));
  return {
    step(event) {
      switch (event.type) {
        case 'fault-injected': {
          // Beside another fault that is on already, the window goes on.
          if (!isUnderFault(event.t)) {
            probes = new Map();
            since = event.t;
          }
          const window = newWindow();
          stepWindow(window, event);
          windows.set(event.scenario, window);
          return null;
        }
        case 'revert-started':
        case 'fault-reverted':
          windows.delete(event.scenario);
          return null;
        case 'sample': {
          if (!isUnderFault(event.intendedAt)) return null;
          const watched = probes.get(event.probe) ?? newWatched();
          probes.set(event.probe, watched);
          take(watched, event, conditions);
          return findingOf(watched, event, conditions, event.t - since);
        }
        default:
          return null;
      }
    },
  };
}

function newWatched(): Watched {
  return { window: newSlidingWindow(), inWindow: 0, failed: 0, overP95: 0, consecutive: 0 };
}

function take(watched: Watched, sample: Sample, { p95ResponseMs }: AbortConditions): void {
  const count = ({ failed, latencyMs }: { failed: boolean; latencyMs: number }, by: 1 | -1) => {
    watched.inWindow += by;
    if (failed) watched.failed += by;
    if (p95ResponseMs !== undefined && latencyMs > p95ResponseMs) watched.overP95 += by;
  };
  count(
    slide(watched.window, sample, (left) => count(left, -1)),
    1,
  );
  watched.consecutive = sample.outcome === 'passed' ? 0 : watched.consecutive + 1;
}

function findingOf(
  { window, inWindow, failed, overP95, consecutive }: Watched,
  { probe, latencyMs }: Sample,
  { consecutiveFailures, maxResponseMs, p95ResponseMs, maxErrorRate, passRate }: AbortConditions,
  faultMs: number,
): AbortFinding | null {
  const found = (condition: string, observed: string) => ({ condition, observed: `${probe}: ${observed}` });
  const recent = `of ${inWindow} samples in the last ${windowSpanMs / 1_000} s`;
  if (consecutiveFailures !== undefined && consecutive >= consecutiveFailures) {
    return found(`consecutiveFailures ${consecutiveFailures}`, `${consecutive} failed samples in a row`);
  }
  if (maxResponseMs !== undefined && latencyMs > maxResponseMs) {
    return found(`maxResponseMs ${maxResponseMs}`, `an answer took ${formatResponse(latencyMs)}`);
  }
  if (inWindow < leastSamples && faultMs < windowSpanMs) return null;
  // The p95 is over its limit exactly when more samples are over it than the nearest rank leaves above.
  if (p95ResponseMs !== undefined && overP95 > inWindow - Math.ceil(0.95 * inWindow)) {
    const p95 = percentileOf(window, 0.95) ?? 0;
    return found(`p95ResponseMs ${p95ResponseMs}`, `p95 was ${formatResponse(p95)} ${recent}`);
  }
  if (maxErrorRate !== undefined && failed / inWindow > maxErrorRate) {
    return found(`maxErrorRate ${maxErrorRate}`, `${formatShare(failed / inWindow)} ${recent} failed`);
  }
  if (passRate !== undefined && (inWindow - failed) / inWindow < passRate) {
    return found(`passRate ${passRate}`, `${formatShare((inWindow - failed) / inWindow)} ${recent} passed`);
  }
  return null;
}
