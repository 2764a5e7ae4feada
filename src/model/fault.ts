import type { Clock } from './clock.js';
import type { Decide } from './decide.js';
import type { Aftermath, Evidence } from './evidence.js';
import type { FiredDecision } from './fired-decision.js';
import type { Receipt, ReceiptAmendment } from './receipt.js';
import type { Scenario } from './scenario.js';
import type { ChaosScenarioType } from './scenario-type.js';
import type { Target } from './target.js';

export type { FiredDecision };

/** Where a fault is made. */
export type Backend = 'in-process' | 'agent' | 'proxy' | 'process' | 'kernel' | 'host';

/** Can it be made on this target, on this machine? If not: why, in words a user can act on. */
export type Support = { readonly supported: true } | { readonly supported: false; readonly reason: string };

/** All that a fault may use: nothing ambient. */
export interface FaultContext {
  readonly runId: string;
  /** Unique per injection; names everything that the fault makes. */
  readonly injectionId: string;
  readonly target: Target;
  readonly decide: Decide;
  /** Monotonic, captured before any time fault. */
  readonly clock: Clock;
  readonly expiresAt: number;
  readonly bootId: string;
  /** Adds to the receipt in the journal what is known only after the act; resolves once it is on disk. */
  readonly amend: (facts: ReceiptAmendment) => Promise<void>;
  /** Reports a choice that took effect; never blocks and never throws. */
  readonly fired: (decision: FiredDecision) => void;
  readonly signal: AbortSignal;
}

/** One fault, active now. */
export interface ActiveFault {
  /** Runs after inject, periodically, and before revert. Looks with something other than the injecting code. */
  check(signal: AbortSignal): Promise<Evidence>;
  /** Idempotent. Resolves once the effect is gone, not once its removal was requested. */
  revert(signal: AbortSignal): Promise<void>;
  /** After revert: looks as `check` does, until all is as it was before or a time limit of its own has passed. */
  checkAfter?(signal: AbortSignal): Promise<Aftermath>;
}

/** One way to make one type of scenario real. */
export interface Fault<T extends ChaosScenarioType = ChaosScenarioType> {
  readonly type: T;
  readonly backend: Backend;
  /**
   * What outlives the process that injected it, and so how it is undone when that process dies:
   * `process`: dies with it. `lease`: lives in an agent or proxy, which drops it when the lease is not renewed.
   * `journal`: would stay; `undo` removes it from a fresh process.
   */
  readonly survives: 'process' | 'lease' | 'journal';
  supports(scenario: Scenario<T>, target: Target): Promise<Support>;
  /** Decides what inject will do and names what it will touch, deterministically by injection id. Touches nothing. */
  prepare(scenario: Scenario<T>, context: FaultContext): Promise<Receipt>;
  /** Makes it real; when it rejects, nothing of it is left. */
  inject(scenario: Scenario<T>, receipt: Receipt, context: FaultContext): Promise<ActiveFault>;
  /** Only for `journal`: idempotent, needs nothing but the receipt, checks that the thing is still ours. */
  undo?(receipt: Receipt, signal: AbortSignal): Promise<void>;
}
