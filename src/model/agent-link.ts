import type { ClockChange, ClockSight } from './clock-change.js';
import type { CorruptionOperator } from './corruption-operator.js';
import type { CorruptionPlace } from './corruption-place.js';
import type { FiredDecision } from './fired-decision.js';
import type { HandlerCount } from './handler.js';
import type { Wait } from './wait.js';
import type { RequestTag } from './request-tag.js';
import type {
  BlockedBy,
  DeadlockParameters,
  DelayDistribution,
  HttpAnswerParameters,
  OwnLeak,
  NullInjectionParameters,
  PlatformCallSelection,
  RaceConditionParameters,
  ShortReadParameters,
} from './scenario-parameters.js';

/** A thread of a target's process in which the agent is. */
export interface AgentPlace {
  /** In the order of their coming, from 0: the target's first process is 0. */
  readonly number: number;
  readonly pid: number;
  /** 0: the main thread. */
  readonly threadId: number;
  readonly nodeVersion: string;
}

/** What calls wait for that are never to go on by themselves. */
export type WaitingPlace = Exclude<DeadlockParameters['kind'], 'block-event-loop'>;

/** What happens to a call that was chosen, as far as it can be told to another process: no functions, no classes. */
export type RemoteEffect =
  | {
      readonly kind: 'throw';
      readonly exceptionTypes: readonly string[];
      readonly moment: 'before' | 'after';
    }
  | { readonly kind: 'answer'; readonly value: NullInjectionParameters['value'] }
  | { readonly kind: 'delay'; readonly delayMs: DelayDistribution; readonly honourAbort: boolean }
  | {
      readonly kind: 'corrupt';
      readonly on: readonly CorruptionPlace[];
      readonly operators: readonly CorruptionOperator[];
    }
  | { readonly kind: 'wait'; readonly on: WaitingPlace; readonly honourAbort: boolean }
  | ({ readonly kind: 'http-answer' } & HttpAnswerParameters)
  | { readonly kind: 'short-read'; readonly mode: ShortReadParameters['mode'] }
  | ({ readonly kind: 'race' } & Pick<RaceConditionParameters, 'maxDelayMs' | 'budget' | 'gates' | 'places'>);

/** What each kind of fault in the agents is told, as plain JSON. A further kind is one more line here and in `AgentCounts`. */
export interface AgentFaults {
  calls: {
    readonly kind: 'calls';
    /** Names the decisions. */
    readonly name: string;
    /** Patterns of functions of the target's modules; empty: calls of the platform, as `selection.methods` chooses. */
    readonly components: readonly string[];
    readonly selection: Omit<PlatformCallSelection, 'when'>;
    readonly effect: RemoteEffect;
    readonly activeMs: number;
    readonly seed: number;
    /** With `selection.scope`: by what requests are told. */
    readonly tag?: RequestTag;
  };
  /** The event loop of each place is kept busy for a share of its time, from 0 to 1. */
  'event-loop': { readonly kind: 'event-loop'; readonly share: number; readonly activeMs: number };
  /** What the objects at the top of modules hold is corrupted in place. */
  state: {
    readonly kind: 'state';
    /** Names the decisions. */
    readonly name: string;
    /** Patterns of modules, or of their names: `src/cart.js`, `src/cart.js#prices`. */
    readonly components: readonly string[];
    /** At least one. */
    readonly operators: readonly CorruptionOperator[];
    /** Chance of each place from 0 to 1. */
    readonly rate: number;
    readonly atMost?: number;
    readonly activeMs: number;
    readonly seed: number;
  };
  /** The event loop of each place stands still. */
  'blocked-loop': {
    readonly kind: 'blocked-loop';
    readonly by: BlockedBy;
    readonly activeMs: number;
    /** On the wall clock: then it is over, whatever else. */
    readonly expiresAt: number;
  };
  /** Each process grows; threads share its memory, so that the first thread of each does it. */
  memory: {
    readonly kind: 'memory';
    readonly leak: OwnLeak;
    readonly activeMs: number;
  };
  /** The clocks of each place are changed; an empty change only looks. */
  clock: { readonly kind: 'clock'; readonly change: ClockChange; readonly activeMs: number };
  /** No fault: nothing is changed. How often the handlers of errors in modules ran, as far as these were prepared. */
  handlers: { readonly kind: 'handlers'; readonly activeMs: number };
}
export type AgentFaultKind = keyof AgentFaults;

/** A fault that agents make in the processes that they are in. */
export type AgentFault = AgentFaults[AgentFaultKind];

/** What agents have seen of a fault of each kind: numbers, summed over all places, those that ended since included; lists, one after the other. */
export interface AgentCounts {
  calls: {
    /** Functions that hold our wrapper now; nothing of places that ended. */
    readonly inPlace: number;
    /** Functions that come into reach once the program runs them: a process that was running before shows them then. */
    readonly waiting: number;
    /** Functions that are not looked out for, because there were too many. */
    readonly leftOut: number;
    readonly matched: number;
    readonly fired: number;
    /** Calls hit whose answer came, as far as the fault was felt in it, and their milliseconds summed. */
    readonly felt: number;
    readonly feltMs: number;
    /** Of incoming requests, where the fault is limited to tagged ones. */
    readonly taggedRequests: number;
    readonly malformedTags: number;
    /** Places in the target's objects that the effect changed, and that hold what it put there. */
    readonly standing: number;
    /** Of such places, those that the program has changed since. */
    readonly changedSince: number;
    /** Calls that wait now for each other, and for what. */
    readonly waits: readonly Wait[];
    /** How often an agent had put it back meanwhile, for it had not heard from this process in time. */
    readonly pauses: number;
  };
  'event-loop': {
    /** Loops that are kept busy now. */
    readonly inPlace: number;
    /** Since it was armed, as libuv counts it. */
    readonly busyMs: number;
    readonly idleMs: number;
    /** From the thread's begin until it was armed. */
    readonly busyBeforeMs: number;
    readonly idleBeforeMs: number;
    readonly pauses: number;
  };
  state: {
    /** Places that hold what was put there. */
    readonly inPlace: number;
    readonly written: number;
    /** Places that the program has given another value since. */
    readonly changedSince: number;
    readonly pauses: number;
  };
  'blocked-loop': {
    /** Loops that stand still, or are about to. */
    readonly inPlace: number;
    /** For how long they have, in all. */
    readonly stoodStillMs: number;
    readonly pauses: number;
  };
  memory: {
    /** Processes that grow, or hold what they grew by. */
    readonly inPlace: number;
    readonly heldBytes: number;
    /** Processes that stopped growing before the limit, for little was left. */
    readonly stopped: number;
    readonly pauses: number;
  };
  clock: ClockSight & { readonly pauses: number };
  handlers: {
    /** Threads that count. */
    readonly inPlace: number;
    /** Those of the modules that were loaded, since each process began. */
    readonly handlers: readonly HandlerCount[];
    /** Modules whose handlers were not taken, because there were too many. */
    readonly leftOut: number;
    /** Modules whose handlers do not count, and why; once for each thread. */
    readonly outOfReach: readonly { readonly file: string; readonly reason: string }[];
    readonly pauses: number;
  };
}

/** A fault in the agents, until it is disarmed or the lease ends. */
export interface ArmedFault<K extends AgentFaultKind = AgentFaultKind> {
  counts(signal: AbortSignal): Promise<AgentCounts[K]>;
  /** What the latest place said of it that has ended since, what was in place then included; null: none has. */
  latestLeft(): AgentCounts[K] | null;
  /**
   * Idempotent; resolves once every agent has put back what it changed, or is gone.
   *
   * @throws ChaosError UNDO_FAILED when the target's objects do not let go of it
   */
  disarm(signal: AbortSignal): Promise<void>;
}

/** The agents in a target's processes, as one. */
export interface AgentLink {
  /** Where the agents find this process: for receipts. */
  readonly directory: string;
  /** Those that are there now, in the order of their numbers. */
  places(): readonly AgentPlace[];
  /** Names of the functions that can be hit, over all places. */
  sites(signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Makes a fault real in all places, and in those that come while it is armed: before their own code runs, where the
   * agent was loaded before it. Waits up to 2 s for a first place.
   *
   * @param id - unique to this fault; names it in the agents
   * @throws ChaosError INJECTION_FAILED when there is no agent in the target; and with near misses, when a pattern
   *   matches nothing in any place: then nothing is armed
   */
  arm<K extends AgentFaultKind>(
    id: string,
    fault: AgentFaults[K] & { readonly kind: K },
    fired: (decision: FiredDecision) => void,
    signal: AbortSignal,
  ): Promise<ArmedFault<K>>;
}
