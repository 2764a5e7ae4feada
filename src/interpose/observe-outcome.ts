import type { Clock } from '../model/clock.js';
import { isPromise } from './is-promise.js';

/** How a call ended, as its caller saw it. */
export interface Outcome {
  readonly ended: 'returned' | 'threw';
  /** What was returned or resolved, or thrown or rejected with. */
  readonly value: unknown;
  /** Milliseconds until then. */
  readonly tookMs: number;
}

/**
 * Runs what a caller gets its answer from and tells how it ended; a promise, when it settles.
 * The promise handed on is a new one, so that a rejection which the caller forgets still counts as unhandled.
 */
export function observeOutcome<T>(answer: () => T, clock: Clock, saw: (outcome: Outcome) => void): T {
  const startedMs = clock.nowMs();
  const note = (ended: Outcome['ended'], value: unknown) =>
    saw({ ended, value, tookMs: clock.nowMs() - startedMs });
  let result: T;
  try {
    result = answer();
  } catch (error) {
    note('threw', error);
    throw error;
  }
  if (!isPromise(result)) {
    note('returned', result);
    return result;
  }
  return result.then(
    (value: unknown) => {
      note('returned', value);
      return value;
    },
    (error: unknown) => {
      note('threw', error);
      throw error;
    },
  ) as T;
}
