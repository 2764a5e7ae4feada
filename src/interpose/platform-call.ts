import type { CalledPeer } from '../model/scenario-parameters.js';

/** What faults need to know of a function of the platform through which programs reach the network. */
export interface PlatformCall {
  /**
   * Where a call goes. Null for one that faults leave alone: it goes elsewhere (a Unix socket, a `data:` URL), the
   * platform refuses it itself, or it is part of another platform call.
   *
   * @param chosen - the names of the sites that the fault chooses from
   */
  peerOf(args: readonly unknown[], thisArg: unknown, chosen: ReadonlySet<string>): CalledPeer | null;
  /** Runs the real call so that platform calls below it are known to be part of it. */
  enclose(makeCall: () => unknown): unknown;
  /** Told after the function was replaced, and after it was put back. */
  changed(): void;
  /** Makes a call fail as the platform lets it fail: what the caller gets back, and what is emitted when. */
  fail(call: FailingCall, failure: Failure): unknown;
}

/** The call that is to fail. */
export interface FailingCall {
  readonly thisArg: unknown;
  readonly args: readonly unknown[];
  readonly delays: { isOver(): boolean };
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
