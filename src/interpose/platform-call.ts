import type { CallSubject } from './call-subject.js';
import type { Delays } from './delays.js';
import type { HttpAnswer } from './http-answer.js';
import type { Lane } from './race/lane.js';

/** What faults need to know of a function of the platform. */
export interface PlatformCall {
  /**
   * What a call is about. Null for one that faults leave alone: it goes elsewhere (a Unix socket, a `data:` URL), the
   * platform refuses it itself, or it is part of another platform call.
   *
   * @param chosen - the names of the sites that the fault chooses from
   */
  subjectOf(args: readonly unknown[], thisArg: unknown, chosen: ReadonlySet<string>): CallSubject | null;
  /** Runs the real call so that platform calls below it are known to be part of it. */
  enclose(makeCall: () => unknown): unknown;
  /** Told after the function was replaced (true), and after it was put back (false). */
  changed(isPatched: boolean): void;
  /** Makes a call fail as the platform lets it fail: what the caller gets back, and what is emitted when. */
  fail(call: PlatformHit, failure: Failure): unknown;
  /** Makes a call take longer, as the platform would be slow. */
  slow(call: PlatformHit, slowness: Slowness): unknown;
  /** Only of requests by HTTP: has the caller get this answer, as one from the server. */
  readonly answer?: (call: PlatformHit, given: GivenAnswer) => unknown;
  /** Only of reads of files: how each kind of a short one is made. */
  readonly shorten?: { readonly [M in ShortRead['mode']]?: Shorten };
  /**
   * Only of calls that answer later: has them start or answer later, without breaking an order that the platform
   * guarantees. Given a call that was not chosen too where `isOrdered` says so: it waits behind those that were.
   */
  readonly postpone?: (call: PlatformHit, hold: Hold) => unknown;
  /** True for calls whose answers keep an order, so that none may overtake one that is held back. Default: none. */
  readonly isOrdered?: (args: readonly unknown[]) => boolean;
}

/** A call of the platform that is to be acted on. */
export interface PlatformHit {
  readonly thisArg: unknown;
  readonly args: readonly unknown[];
  readonly delays: Pick<Delays, 'isOver' | 'sleep' | 'block' | 'nowMs'>;
  proceed(args?: readonly unknown[]): unknown;
  observe<T>(answer: () => T): T;
}

/** What the caller is to meet. */
export interface Failure {
  readonly error: Error;
  /** The error is of a class or factory of the user's, to be delivered as it is. */
  readonly ofUser: boolean;
  /** `before`: the real call does not happen. `after`: it happens, and its reply is lost. */
  readonly moment: 'before' | 'after';
  /** To be told when the caller meets it. */
  readonly felt: () => void;
}

/** What the caller is to get from its server. */
export interface GivenAnswer {
  readonly answer: HttpAnswer;
  /** `before`: the server is never asked. `after`: it is, and its answer is replaced once it is complete. */
  readonly moment: 'before' | 'after';
  /** To be told when the answer comes. */
  readonly felt: () => void;
}

/** How long the caller is to wait. */
export interface Slowness {
  readonly delayMs: number;
  /** An AbortSignal of the call ends the wait. */
  readonly honourAbort: boolean;
  /** To be told when the caller begins to wait, and how. */
  readonly felt: (how: 'delay' | 'block') => void;
}

/** How a read is to be short. */
export interface ShortRead {
  /** `short`: fewer bytes than asked, and the rest comes with the next read. `truncated`: the file ends early. */
  readonly mode: 'short' | 'truncated';
  /** How much is given, from 0 to 1. */
  readonly share: number;
  /** To be told when the caller gets less. */
  readonly felt: () => void;
}

/** How long a call is held back. What is granted is decided when it is asked for, once a call. */
export interface Hold {
  /** Before the call starts; null: it starts at once. Not to be asked where starts keep an order. */
  startMs(): number | null;
  /** Before its answer is handed on; null: at once, unless others wait in its lane. */
  answerMs(): number | null;
  /** For those whose answers keep an order: the lane of an object, or of a name. */
  lane(of: object | string): Lane;
  /** Where somebody waits in that lane: it. */
  busyLane(of: object | string): Lane | null;
  /** Has `wake` called when the fault ends, until the returned function is called. */
  untilOver(wake: () => void): () => void;
}

export type Shorten = (call: PlatformHit, short: ShortRead) => unknown;
