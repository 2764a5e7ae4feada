import { type ChaosErrorCode, isChaosError } from '../model/chaos-error.js';
import { exitCodeOf, internalExitCode, refusedExitCode } from '../model/verdict.js';

/** What a person reads of an error, and the exit code that it means. */
export interface ErrorReport {
  readonly text: string;
  readonly exitCode: number;
}

const exitCodes: Readonly<Record<ChaosErrorCode, number>> = {
  INVALID_INPUT: refusedExitCode,
  UNKNOWN_NAME: refusedExitCode,
  MISSING_INPUT: refusedExitCode,
  UNSUPPORTED_SCENARIO: refusedExitCode,
  UNSAFE: refusedExitCode,
  TARGET_LOCKED: refusedExitCode,
  STORAGE_FAILED: refusedExitCode,
  TARGET_NOT_READY: exitCodeOf('not-steady'),
  TARGET_NOT_ROUTED: exitCodeOf('not-injected'),
  INJECTION_FAILED: exitCodeOf('not-injected'),
  PROXY_FAILED: exitCodeOf('not-injected'),
  UNDO_FAILED: exitCodeOf('leaked'),
  ABORTED: exitCodeOf('interrupted'),
  INTERNAL: internalExitCode,
};

/** One clear message for what was refused; a stack only for bugs of ours. */
export function reportError(error: unknown): ErrorReport {
  if (isChaosError(error) && error.code !== 'INTERNAL') {
    const hint = error.hint === undefined ? '' : `\n  hint: ${error.hint}`;
    return { text: `error: ${error.message}${hint}\n`, exitCode: exitCodes[error.code] };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    text: `error: a bug in chaosx; please report it with the lines below\n${stack}\n`,
    exitCode: internalExitCode,
  };
}
