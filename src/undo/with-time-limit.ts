import { ChaosError } from '../model/chaos-error.js';
import { systemClock } from '../model/system-clock.js';

/**
 * Runs work under a time limit of its own; settles when the limit passes even if the work ignores its signal.
 *
 * @param limitMs - in ms; keeps the process alive until the work settles or the limit passes
 * @throws ChaosError UNDO_FAILED when the limit passes; the signal's reason when it aborts
 */
export async function withTimeLimit<T>(
  limitMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const limit = new AbortController();
  const stop = systemClock.sleep(limitMs, AbortSignal.any([signal, over.signal])).then(
    () => {
      throw new ChaosError('UNDO_FAILED', `expected an undo within ${limitMs} ms, it is still running`);
    },
    (reason: unknown) => {
      throw reason;
    },
  );
  stop.catch((reason: unknown) => limit.abort(reason));
  try {
    return await Promise.race([work(limit.signal), stop]);
  } finally {
    over.abort();
  }
}
