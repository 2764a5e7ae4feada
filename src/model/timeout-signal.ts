// Captured when the module loads, before any time fault can replace it.
const timeout = AbortSignal.timeout.bind(AbortSignal);

/** A signal that aborts after `delayMs` of real time, also while a fault has changed the clocks of this process. */
export function timeoutSignal(delayMs: number): AbortSignal {
  return timeout(delayMs);
}
