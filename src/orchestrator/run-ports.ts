import type { Clock } from '../model/clock.js';
import type { EventSink } from '../model/events.js';
import type { CleanExit, MetricsSummary } from '../model/results.js';
import type { Target } from '../model/target.js';
import type { ReceiptLog } from '../faults/injection.js';

/** A target that is up, or objects of this process. */
export interface LiveTarget extends AsyncDisposable {
  readonly target: Target;
  /** Resolves with a sentence when the target ended by itself; never settles for a target of this process. */
  readonly ended: Promise<string>;
  /** Resolves with a sentence when the proxy in front of its dependencies ends: what the target shows then says nothing. */
  readonly lost: Promise<string>;
  lastOutput(): readonly string[];
  /** What it is there to do, where that ends by itself: then faults are watched until it has, and nothing has to recover. */
  readonly work?: Work;
}

/** Something that a target does once, as a test command does. */
export interface Work {
  /** Once, when the faults of the run are there. */
  begin(): Promise<void>;
  /** Resolves once it has ended or its time is over, with what it showed: samples of the plan's `work`. Asked once. */
  ended(signal: AbortSignal): Promise<readonly WorkSample[]>;
}

/** One thing that the work showed. */
export interface WorkSample {
  readonly passed: boolean;
  readonly latencyMs: number;
  readonly detail?: string;
}

/** The target could not be brought up: an outcome, not an exception. */
export interface TargetNotUp {
  readonly failed: string;
  readonly lastOutput: readonly string[];
}

/** All that one run touches outside itself. */
export interface RunPorts {
  readonly runId: string;
  readonly bootId: string;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly journal: ReceiptLog;
  openTarget(signal: AbortSignal): Promise<LiveTarget | TargetNotUp>;
  /** What the run has shown so far, for a criteria function. */
  metrics(): MetricsSummary;
  /** Looks for anything of this run that is left, once everything was reverted. */
  checkCleanExit(): Promise<CleanExit>;
  /** Aborting stops the run: reverts first. A `StopReason` as its reason says who stopped it. */
  readonly signal: AbortSignal;
  readonly environment: { readonly chaosx: string; readonly node: string; readonly platform: string };
}
