import type { Clock } from '../model/clock.js';
import type { Sample } from '../model/events.js';
import type { Probe } from '../model/probe.js';

/** What one tick came to, retries included. Times in ms since the run's start. */
export interface ProbeDecision {
  readonly probe: string;
  readonly ok: boolean;
  readonly intendedAt: number;
  /** What the last attempt saw; only when not ok. */
  readonly detail?: string;
}

export interface ProberOptions {
  readonly probes: readonly Probe[];
  readonly clock: Clock;
  /** The run's start on that clock: times in samples count from here. */
  readonly startedAtMs: number;
  /** Takes every attempt; must not throw. */
  readonly emit: (sample: Sample) => void;
  /** Takes every tick once it is decided; must not throw. */
  readonly onDecision?: (decision: ProbeDecision) => void;
  /** Ends the ticks, as disposing does. */
  readonly signal: AbortSignal;
}
