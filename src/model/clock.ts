/** Time as a dependency: nothing in chaosx reads an ambient clock. */
export interface Clock {
  /** Milliseconds on a monotonic clock with an arbitrary origin. */
  nowMs(): number;
  /** Milliseconds since the Unix epoch, for timestamps that people and other processes read. */
  wallMs(): number;
  /** Resolves after `delayMs`; rejects with the signal's reason at once when it aborts. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
}
