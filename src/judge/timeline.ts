import type { Phase } from '../model/events.js';
import type { Fold } from '../model/fold.js';
import {
  addToSeries,
  type BucketSeries,
  bucketsOf,
  newBucketSeries,
  type TimelineBucket,
} from './bucket-series.js';
import { newWindow, type ScenarioWindow, stepWindow } from './scenario-window.js';

/** How one probe did over a run. */
export interface ProbeTimeline {
  readonly probe: string;
  readonly bucketMs: number;
  /** At most 600, in order of time; stretches without a sample have none. */
  readonly buckets: readonly TimelineBucket[];
}

/** When one fault was on and its recovery watched, in ms since the run's start. */
export interface FaultBand {
  readonly scenario: string;
  readonly fromMs: number;
  /** The end of the revert, or of what is known. */
  readonly toMs: number;
  /** The end of recovery's watch; null when nothing was watched after the revert. */
  readonly watchedUntilMs: number | null;
}

export interface PhaseSpan {
  readonly phase: Phase;
  /** Name; null outside a scenario. */
  readonly scenario: string | null;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A run over time, in ms since its start. */
export interface Timeline {
  readonly endMs: number;
  readonly probes: readonly ProbeTimeline[];
  readonly bands: readonly FaultBand[];
  readonly phases: readonly PhaseSpan[];
}

/** Bounded by probes × 600 buckets, and by the plan. */
export interface TimelineState {
  endMs: number;
  readonly probes: Map<string, BucketSeries>;
  scenarios: { readonly name: string; readonly window: ScenarioWindow }[];
  readonly phases: { readonly phase: Phase; readonly scenario: number | null; readonly fromMs: number }[];
}

/** Health and response times over time, with what was injected when; the same size for a minute as for a week. */
export const timeline: Fold<TimelineState, Timeline> = {
  init: () => ({ endMs: 0, probes: new Map(), scenarios: [], phases: [] }),
  step(state, event) {
    state.endMs = Math.max(state.endMs, event.t);
    switch (event.type) {
      case 'run-started':
        for (const { name, everyMs } of event.probes) state.probes.set(name, newBucketSeries(everyMs));
        state.scenarios = event.scenarios.map(({ name }) => ({ name, window: newWindow() }));
        break;
      case 'sample': {
        const series = state.probes.get(event.probe);
        if (series !== undefined) addToSeries(series, event);
        break;
      }
      case 'phase-entered':
        state.phases.push({ phase: event.phase, scenario: event.scenario, fromMs: event.t });
        break;
      default:
        if ('scenario' in event && event.scenario !== null) {
          const scenario = state.scenarios[event.scenario];
          if (scenario !== undefined) stepWindow(scenario.window, event);
        }
    }
    return state;
  },
  result({ endMs, probes, scenarios, phases }) {
    return {
      endMs,
      probes: [...probes].map(([probe, series]) => ({
        probe,
        bucketMs: series.bucketMs,
        buckets: bucketsOf(series),
      })),
      bands: scenarios.flatMap(({ name, window }) => bandOf(name, window, endMs)),
      phases: phases.map(({ phase, scenario, fromMs }, i) => ({
        phase,
        scenario: scenario === null ? null : (scenarios[scenario]?.name ?? null),
        fromMs,
        toMs: phases[i + 1]?.fromMs ?? endMs,
      })),
    };
  },
};

function bandOf(scenario: string, window: ScenarioWindow, endMs: number): readonly FaultBand[] {
  const { injectedAt, revertedAt, recoveryEndedAt } = window;
  if (injectedAt === null) return [];
  return [
    {
      scenario,
      fromMs: injectedAt,
      toMs: revertedAt ?? endMs,
      watchedUntilMs: recoveryEndedAt ?? (revertedAt === null ? null : endMs),
    },
  ];
}
