import type { CallEffect } from '../../interpose/call-effect.js';
import type { RemoteEffect } from '../../model/agent-link.js';
import type { DetailTable } from '../../model/detail-table.js';
import type { Evidence, Measurement } from '../../model/evidence.js';
import type { Wait } from '../../model/wait.js';
import type { TagCounts } from '../../model/request-tag.js';
import type { Scenario } from '../../model/scenario.js';
import type { ScenarioParameters } from '../../model/scenario-parameters.js';
import type { Target } from '../../model/target.js';

/** The types of scenarios that are made by patching functions. */
export type CallFaultType =
  | 'EXCEPTION_INJECTION'
  | 'NULL_INJECTION'
  | 'SLOW_RESPONSE'
  | 'HTTP_ERROR'
  | 'SHORT_READ'
  | 'STATE_CORRUPTION'
  | 'RACE_CONDITION'
  | 'DEADLOCK';

/** What the callers of all sites together saw. */
export interface Seen {
  /** Calls that the selection allows. */
  readonly matched: number;
  /** Calls whose caller was made to feel the effect. */
  readonly fired: number;
  /** Calls that wait now, of an effect that has calls wait for each other. */
  readonly waits: readonly Wait[];
  /** Calls hit whose answer came, as far as the fault was felt in it. */
  readonly felt: number;
  /** Milliseconds of those calls, summed. */
  readonly feltMs: number;
  /** Places that the effect changed in place, and that hold what it put there. Default 0. */
  readonly standing?: number;
  /** Of such places, those that the program has changed since. Default 0. */
  readonly changedSince?: number;
}

/** What one of these faults adds to the others. */
export interface CallFaultKind<T extends CallFaultType> {
  readonly type: T;
  /** True when the effect can be delivered by functions of the platform (`PlatformCall`). */
  readonly onPlatform: boolean;
  /** False: it acts on functions of the platform alone. Default true. */
  readonly onComponents?: boolean;
  /** Said when the functions that were chosen are none that the effect acts on. */
  readonly nothingFound?: string;
  /** Why it cannot be made on a target for reasons of its own; null when it can. */
  refuse?(scenario: Scenario<T>, target: Target): string | null;
  /** @throws ChaosError INVALID_INPUT for parameters that only the effect can judge */
  effect(parameters: ScenarioParameters[T]): CallEffect;
  /** The effect for another process, or why it cannot be told to one. */
  remote(parameters: ScenarioParameters[T]): RemoteEffect | { readonly refused: string };
  measure(seen: Seen, parameters: ScenarioParameters[T]): Measurement;
  /** Its own section of the report; none before there is anything to tell. */
  details?(seen: Seen): readonly DetailTable[];
}

/** Says how many requests were tagged, where the fault is limited to these. */
export function withTags(measured: Measurement, counts: TagCounts | null): Measurement {
  if (counts === null) return measured;
  const ignored = counts.malformed === 0 ? '' : `, ${counts.malformed} malformed tags were ignored`;
  return { ...measured, expected: `${measured.expected}, in ${counts.tagged} tagged requests${ignored}` };
}

/** Over all sites. */
export interface CallCounts {
  /** Functions that are patched now. */
  readonly inPlace: number;
  /** Functions that will be once the program has called them. Default 0. */
  readonly waiting?: number;
  /** Functions that are left alone, for there were too many to wait for. Default 0. */
  readonly leftOut?: number;
  readonly matched: number;
  readonly fired: number;
}

export function callEvidence(
  { inPlace, waiting = 0, leftOut = 0, matched, fired }: CallCounts,
  measured: Measurement,
  details: readonly DetailTable[] = [],
): Evidence {
  const more =
    waiting === 0 ? '' : `; ${waiting} more ${waiting === 1 ? 'is' : 'are'} waited for until first called`;
  const others = leftOut === 0 ? '' : `; ${leftOut} are left alone, too many to wait for at once`;
  return {
    // What waits is looked out for; only calls that were hit count as met.
    active: inPlace + waiting > 0 ? 'yes' : 'no',
    measured: { ...measured, expected: `${measured.expected}${more}${others}` },
    exposure: { kind: 'counted', n: fired, what: `calls hit, of ${matched} that matched` },
    ...(details.length > 0 && { details }),
  };
}
