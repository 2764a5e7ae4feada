import type { Phase, Sample } from '../model/events.js';
import type { Fold } from '../model/fold.js';
import type { Verdict } from '../model/verdict.js';
import { judge, type JudgeState } from './judge.js';
import { newSlidingWindow, percentileOf, slide, type SlidingWindow } from './sliding-window.js';

/** How one probe does right now. */
export interface ProbeProgress {
  readonly probe: string;
  /** null before the first sample. */
  readonly last: {
    readonly outcome: Sample['outcome'];
    readonly latencyMs: number;
    readonly detail?: string;
  } | null;
  /** Samples of the whole run. */
  readonly passed: number;
  readonly failed: number;
}

/** Where a run is, for a live display. Times in ms since the run's start. */
export interface Progress {
  readonly phase: Phase;
  /** The scenario of the phase; null outside one. */
  readonly scenario: { readonly index: number; readonly name: string; readonly count: number } | null;
  readonly phaseStartedAt: number;
  /** How long the phase lasts at most; null when open. */
  readonly plannedMs: number | null;
  /** Time of the latest event. */
  readonly t: number;
  readonly probes: readonly ProbeProgress[];
  /** Over all probes, in the last 10 s of samples; null without any. */
  readonly p95Ms: number | null;
  /** Decisions that took effect so far. */
  readonly decisionsFired: number;
  /** Once the run has ended. */
  readonly verdict: Verdict | null;
}

/** Bounded by scenarios × probes and a window of samples. */
export interface ProgressState {
  readonly judged: JudgeState;
  readonly window: SlidingWindow;
  readonly probes: Map<string, { last: ProbeProgress['last']; passed: number; failed: number }>;
  phaseStartedAt: number;
  plannedMs: number | null;
  scenario: number | null;
}

/** Where a run is, from its events alone: the live view and the report cannot disagree. */
export const progress: Fold<ProgressState, Progress> = {
  init: () => ({
    judged: judge.init(),
    window: newSlidingWindow(),
    probes: new Map(),
    phaseStartedAt: 0,
    plannedMs: null,
    scenario: null,
  }),
  step(state, event) {
    judge.step(state.judged, event);
    switch (event.type) {
      case 'run-started':
        for (const { name } of event.probes) state.probes.set(name, { last: null, passed: 0, failed: 0 });
        break;
      case 'phase-entered':
        state.phaseStartedAt = event.t;
        state.plannedMs = event.plannedMs;
        state.scenario = event.scenario;
        break;
      case 'sample':
        countSample(state, event);
        break;
      default:
    }
    return state;
  },
  result({ judged, window, probes, phaseStartedAt, plannedMs, scenario }) {
    const { phase, t, scenarios, endStatus } = judged.facts;
    const planned = scenario === null ? undefined : scenarios[scenario]?.planned;
    return {
      phase,
      scenario:
        scenario === null || planned === undefined
          ? null
          : { index: scenario, name: planned.name, count: scenarios.length },
      phaseStartedAt,
      plannedMs,
      t,
      probes: [...probes].map(([probe, seen]) => ({ probe, ...seen })),
      p95Ms: percentileOf(window, 0.95),
      decisionsFired: scenarios.reduce((sum, { decisionsFired }) => sum + decisionsFired, 0),
      verdict: endStatus === null ? null : judge.result(judged).verdict,
    };
  },
};

function countSample({ window, probes }: ProgressState, sample: Sample): void {
  const seen = probes.get(sample.probe);
  if (seen === undefined) return;
  const { outcome, latencyMs, detail } = sample;
  slide(window, sample);
  if (outcome === 'passed') seen.passed += 1;
  else seen.failed += 1;
  seen.last = { outcome, latencyMs, ...(detail === undefined ? {} : { detail }) };
}
