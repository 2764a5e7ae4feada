import type { Aftermath, Evidence } from './evidence.js';
import type { AbortConditions, SuccessCriteria } from './experiment.js';
import type { Backend, FiredDecision } from './fault.js';
import type { HandlerCount } from './handler.js';
import type { Receipt } from './receipt.js';
import type { ComparedThings } from './results.js';
import type { ScenarioCategory, ChaosScenarioType } from './scenario-type.js';
import type { Status } from './verdict.js';

/** The version of the event format; a reader refuses what is newer than it knows. */
export const eventFormatVersion = 1;

interface At {
  /** Milliseconds since the run's start, on the monotonic clock. */
  readonly t: number;
}

/** A scenario as the plan has it. */
export interface PlannedScenario {
  readonly name: string;
  readonly type: ChaosScenarioType;
  readonly category: ScenarioCategory;
  readonly description: string;
  readonly severity: number;
  readonly backend: Backend;
  /** Active time after clipping to the experiment's duration. */
  readonly activeMs: number;
  readonly probability: number;
  /** As JSON: functions and classes are shown by name. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The components that it will touch, resolved. */
  readonly targetComponents: readonly string[];
  /** What we cannot seed makes a run that replay cannot repeat exactly. */
  readonly replayable: boolean;
}

export interface PlannedProbe {
  readonly name: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
}

/** Always the first event. */
export interface RunStarted extends At {
  readonly type: 'run-started';
  readonly formatVersion: typeof eventFormatVersion;
  readonly runId: string;
  readonly experiment: string;
  readonly description: string;
  readonly target: string;
  readonly hypothesis: string;
  readonly seed: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly scenarios: readonly PlannedScenario[];
  readonly probes: readonly PlannedProbe[];
  /** With the added default; `function` when the caller judges. */
  readonly criteria: SuccessCriteria | 'function';
  readonly abortWhen: AbortConditions | null;
  readonly baselineMs: number;
  readonly holdMs: number;
  readonly maxRecoveryWaitMs: number;
  /** The member of a `baggage` header that tags requests for this run, where a scenario or probe is about tagged ones. */
  readonly requestTag?: string;
  readonly environment: { readonly chaosx: string; readonly node: string; readonly platform: string };
}

export type Phase = 'starting' | 'baseline' | 'injecting' | 'active' | 'reverting' | 'recovering' | 'ending';

export interface PhaseEntered extends At {
  readonly type: 'phase-entered';
  readonly phase: Phase;
  /** How long it is meant to last at most; null when open. */
  readonly plannedMs: number | null;
  /** Index into `scenarios`; null outside a scenario. */
  readonly scenario: number | null;
}

/** A started target is up. */
export interface TargetReady extends At {
  readonly type: 'target-ready';
  readonly tookMs: number;
}

/** The target exited, was never ready or found its port in use: nothing more is injected. */
export interface TargetFailed extends At {
  readonly type: 'target-failed';
  readonly reason: string;
  readonly lastOutput: readonly string[];
}

/** One attempt of one probe. */
export interface Sample extends At {
  readonly type: 'sample';
  readonly probe: string;
  /** When it should have started, in ms since the run's start: latency counts from here. */
  readonly intendedAt: number;
  /** From the intended start to the answer, or to the time limit. */
  readonly latencyMs: number;
  readonly outcome: 'passed' | 'failed' | 'timeout' | 'overrun';
  /** 0 for the tick itself, 1… for retries. */
  readonly attempt: number;
  readonly detail?: string;
  /** Share of the full answer, 0–1, where the probe says so; without it 1 for `passed`. */
  readonly harvest?: number;
}

export interface BaselineEnded extends At {
  readonly type: 'baseline-ended';
  readonly held: boolean;
  /** Which probe did not hold and why. */
  readonly detail?: string;
  /** The target's last lines, when it did not hold. */
  readonly lastOutput?: readonly string[];
}

interface OfScenario extends At {
  readonly scenario: number;
}

export interface ScenarioSkipped extends OfScenario {
  readonly type: 'scenario-skipped';
  readonly why: 'not-triggered' | 'earlier-scenario' | 'stopped' | 'not-steady';
}

export interface FaultPrepared extends OfScenario {
  readonly type: 'fault-prepared';
  readonly receipt: Receipt;
}

/** It could not be made, or stopped by itself. */
export interface FaultFailed extends OfScenario {
  readonly type: 'fault-failed';
  readonly stage: 'prepare' | 'inject' | 'check';
  readonly code: string;
  readonly message: string;
}

/** The effect is on from here. */
export interface FaultInjected extends OfScenario {
  readonly type: 'fault-injected';
}

export interface FaultChecked extends OfScenario {
  readonly type: 'fault-checked';
  readonly when: 'first' | 'periodic' | 'last';
  readonly evidence: Evidence;
}

/** A seeded choice that took effect. The first 1,000 of a run are kept in full. */
export interface DecisionFired extends OfScenario, FiredDecision {
  readonly type: 'decision-fired';
}

/** Counts a site, once the full decisions are used up; written when the fault is reverted. */
export interface DecisionsCounted extends OfScenario {
  readonly type: 'decisions-counted';
  readonly fired: number;
  readonly bySite: Readonly<Record<string, number>>;
}

/** An abort condition holds: the fault is reverted and the run stops. */
export interface AbortConditionMet extends At {
  readonly type: 'abort-condition-met';
  readonly scenario: number | null;
  readonly condition: string;
  readonly observed: string;
}

/** The revert has begun: samples from here on are no longer "while active". */
export interface RevertStarted extends OfScenario {
  readonly type: 'revert-started';
}

export interface FaultReverted extends OfScenario {
  readonly type: 'fault-reverted';
  readonly ok: boolean;
  readonly message?: string;
}

/** The fault's sampler looked again once it was reverted. */
export interface AftermathChecked extends OfScenario, Aftermath {
  readonly type: 'aftermath-checked';
}

/** The wait for the steady state ended. */
export interface RecoveryEnded extends OfScenario {
  readonly type: 'recovery-ended';
  readonly recovered: boolean;
  /** From the end of the revert until the steady state held from; null when it never did. */
  readonly recoveryMs: number | null;
}

/** The answer of the user's criteria function. */
export interface CriteriaAnswered extends At {
  readonly type: 'criteria-answered';
  readonly held: boolean;
  /** When the function threw. */
  readonly error?: string;
}

/** The handlers of errors that ran from the injection of scenarios to the end of their recovery. */
export interface HandlersRan extends At {
  readonly type: 'handlers-ran';
  /** Indices into `scenarios`: several where they ran together. */
  readonly scenarios: readonly number[];
  /** At most 1,000, those that swallowed first. */
  readonly handlers: readonly HandlerCount[];
  /** Handlers that were left out. */
  readonly more: number;
}

/** All handlers of errors that were found in the target, with how often they ran in the whole run. */
export interface HandlersFound extends At {
  readonly type: 'handlers-found';
  /** At most 2,000. */
  readonly handlers: readonly HandlerCount[];
  /** Handlers that were left out. */
  readonly more: number;
  /** Modules whose handlers do not count, and why; at most 100. */
  readonly outOfReach: readonly { readonly file: string; readonly reason: string }[];
  /** Why there is no more to tell; without it all is told. */
  readonly failed?: string;
}

/** Somebody or something stopped the run. */
export interface RunStopped extends At {
  readonly type: 'run-stopped';
  readonly by: 'signal' | 'caller' | 'abort-condition' | 'error';
  readonly detail: string;
}

/** What could have been left behind, compared. */
export interface CleanExitChecked extends At {
  readonly type: 'clean-exit-checked';
  readonly clean: boolean;
  readonly checked: readonly string[];
  readonly leftovers: readonly string[];
  readonly compared?: readonly ComparedThings[];
}

/** Always the last event. */
export interface RunEnded extends At {
  readonly type: 'run-ended';
  readonly status: Status;
}

/** What happened, one typed event at a time. Everything else is a fold over these. */
export type ChaosEvent =
  | RunStarted
  | PhaseEntered
  | TargetReady
  | TargetFailed
  | Sample
  | BaselineEnded
  | ScenarioSkipped
  | FaultPrepared
  | FaultFailed
  | FaultInjected
  | FaultChecked
  | DecisionFired
  | DecisionsCounted
  | AbortConditionMet
  | RevertStarted
  | FaultReverted
  | AftermathChecked
  | RecoveryEnded
  | CriteriaAnswered
  | HandlersRan
  | HandlersFound
  | RunStopped
  | CleanExitChecked
  | RunEnded;
export type EventOf<K extends ChaosEvent['type']> = Extract<ChaosEvent, { type: K }>;

/** Takes events in order; must not throw. */
export type EventSink = (event: ChaosEvent) => void;
