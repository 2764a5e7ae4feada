/** Every way in which chaosx itself refuses or fails. Closed: docs/errors.md lists each code. */
export type ChaosErrorCode =
  /** The experiment, a parameter or an option is not valid: nothing was started. */
  | 'INVALID_INPUT'
  /** A scenario, component, target or command of that name does not exist. */
  | 'UNKNOWN_NAME'
  /** Something needed (a target, a health check, probes) was not given. */
  | 'MISSING_INPUT'
  /** No backend can make this scenario on this target, on this machine. */
  | 'UNSUPPORTED_SCENARIO'
  /** Asked for something that the safety rules forbid. */
  | 'UNSAFE'
  /** Another run holds this target. */
  | 'TARGET_LOCKED'
  /** The target exited, was never ready, or its port was taken. */
  | 'TARGET_NOT_READY'
  /** The target does not connect through the proxy, so a network fault would never be met. */
  | 'TARGET_NOT_ROUTED'
  /** The fault could not be made. */
  | 'INJECTION_FAILED'
  /** An undo failed: something of ours may be left. */
  | 'UNDO_FAILED'
  /** The proxy process could not be started or does not answer. */
  | 'PROXY_FAILED'
  /** The undo journal or a run's folder cannot be written or read. */
  | 'STORAGE_FAILED'
  /** Stopped by the caller's signal. */
  | 'ABORTED'
  /** A bug of ours. */
  | 'INTERNAL';

export interface ChaosErrorOptions {
  /** What the reader can do next, as a sentence without a full stop. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * The one error that chaosx throws.
 * The message says what was expected and what came; `hint` says what to do next; `cause` is kept.
 *
 * @example
 * ```ts
 * throw new ChaosError('MISSING_INPUT', 'runExperiment needs a health check, got undefined', {
 *   hint: 'pass one as second argument',
 * });
 * ```
 */
export class ChaosError extends Error {
  override readonly name = 'ChaosError';
  readonly code: ChaosErrorCode;
  readonly hint: string | undefined;

  constructor(code: ChaosErrorCode, message: string, options: ChaosErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** True for a ChaosError of any loaded copy of this package (`instanceof` fails across copies). */
export function isChaosError(value: unknown): value is ChaosError {
  return value instanceof Error && value.name === 'ChaosError' && 'code' in value;
}
