import { setTimeout, clearTimeout } from './real-timers.js';

/** A signal that aborts after some real time, unless it is disposed before. */
export interface TimeLimit extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * For what is usually over long before: `timeoutSignal` stays in memory until its time has passed.
 *
 * @param delayMs - of real time, also while a fault has changed the clocks of this process
 */
export function timeLimit(delayMs: number): TimeLimit {
  const controller = new AbortController();
  const late = () => controller.abort(new DOMException(`not done within ${delayMs} ms`, 'TimeoutError'));
  const timer = setTimeout(late, delayMs).unref();
  return { signal: controller.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}
