import type { CallProgress } from '../interpose/call-progress.js';
import type { AgentCounts, AgentFaultKind } from '../model/agent-link.js';
import type { FiredDecision } from '../model/fault.js';
import type { HandlerCounter } from './modules/handler-counter.js';
import type { ArmedSites } from './protocol.js';
import type { SiteSource } from './site-source.js';

/** What arming a fault takes from the session that does it. */
export interface ArmOptions {
  /** The number of this thread. */
  readonly place: number;
  /** Where functions of the target's modules are found. */
  readonly sources: readonly SiteSource[];
  /** Counts handlers of errors in modules; null: they do not count here. */
  readonly handlers: HandlerCounter | null;
  readonly fired: (decision: FiredDecision) => void;
  /** Of this fault here, until it ends: it goes on when it was put back for a controller that was silent. */
  readonly progress: CallProgress;
  /** Asked by a fault that keeps this thread from hearing its controller: true ends it. */
  readonly isRevoked: () => boolean;
  /** Where its controller says that it holds the fault, to who cannot listen. */
  readonly directory: string;
  readonly faultId: string;
}

/** A fault in this thread. */
export interface ArmedInPlace<K extends AgentFaultKind = AgentFaultKind> {
  readonly sites: ArmedSites;
  counts(): AgentCounts[K];
  /**
   * Puts everything back. Idempotent.
   *
   * @throws ChaosError UNDO_FAILED when something does not let itself be put back
   */
  disarm(): void;
}

/** Of a fault that acts on no functions. */
export const noSites: ArmedSites = {
  names: [],
  unmatchedComponents: [],
  unmatchedMethods: [],
  outOfReach: [],
};
