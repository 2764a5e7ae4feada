import type { AgentCounts, AgentFault, AgentFaultKind, AgentPlace } from '../model/agent-link.js';
import type { ChaosErrorCode } from '../model/chaos-error.js';
import type { FiredDecision } from '../model/fault.js';

/** Names what both ends understand: an agent of another version is not let in. */
export const protocolVersion = 1;

type Nothing = Readonly<Record<string, never>>;

/** Of one fault in one place, since it was armed there. */
export type PlaceCounts = AgentCounts[AgentFaultKind];

/** Which functions of a place a fault acts on. */
export interface ArmedSites {
  readonly names: readonly string[];
  /** Patterns of components, and of methods, that match nothing there. */
  readonly unmatchedComponents: readonly string[];
  readonly unmatchedMethods: readonly string[];
  /** What these might have meant there, if it were in reach: a sentence each. */
  readonly outOfReach: readonly string[];
}

/** What a controller asks of an agent, over newline-delimited JSON. */
export interface AgentOperations {
  /** When it fails, nothing of it is left. A fault of that id that is armed already stays as it is. */
  arm: { request: { faultId: string; fault: AgentFault }; result: ArmedSites };
  /** Answered once everything is back. What is not armed is disarmed already. */
  disarm: { request: { faultId: string }; result: Nothing };
  /** Names of all functions that faults may act on. */
  sites: { request: Nothing; result: readonly string[] };
  /** Keeps all faults for another lease, and asks what they have seen; those that the lease ended are not among them. */
  renew: { request: Nothing; result: Readonly<Record<string, PlaceCounts>> };
  /** Puts everything back and closes the connection after the answer. */
  leave: { request: Nothing; result: Nothing };
}
export type AgentOperation = keyof AgentOperations;

/** A command as it is written on the wire. */
export type AgentCommand = {
  [K in AgentOperation]: { readonly id: number; readonly op: K } & AgentOperations[K]['request'];
}[AgentOperation];

/** How an error of the agent's is written on the wire. */
export interface WireError {
  readonly code: ChaosErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/** What an agent says. */
export type AgentMessage =
  /** First of all; an agent whose token is wrong is hung up on. */
  | {
      readonly kind: 'hello';
      readonly version: number;
      readonly token: string;
      readonly place: AgentPlace;
      /** Faults that it found in its directory and armed by itself. */
      readonly armed: readonly string[];
    }
  | { readonly kind: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly error: WireError }
  /** Choices that took effect since the last such message, in their order, and what the fault has seen by now. */
  | {
      readonly kind: 'fired';
      readonly faultId: string;
      readonly decisions: readonly FiredDecision[];
      readonly counts: PlaceCounts;
    }
  /** The last that a fault has seen: after this it is no longer in this thread. */
  | {
      readonly kind: 'seen';
      readonly faultId: string;
      readonly counts: PlaceCounts;
      readonly why: DisarmReason;
    };

/** `silence`: the controller was not heard of in time. `expired`: the fault was on for far longer than it was meant to be. */
export type DisarmReason = 'asked' | 'thread-ends' | 'silence' | 'expired';
