// Captured when the module loads, before any time fault can replace it.
const timeout = AbortSignal.timeout.bind(AbortSignal);

/** Those that have not aborted: Node 20 lets go of one that only `AbortSignal.any` knows, and it never aborts. */
const pending = new Set<AbortSignal>();

/** A signal that aborts after `delayMs` of real time, also while a fault has changed the clocks of this process. */
export function timeoutSignal(delayMs: number): AbortSignal {
  const signal = timeout(delayMs);
  pending.add(signal);
  signal.addEventListener('abort', () => pending.delete(signal), { once: true });
  return signal;
}
