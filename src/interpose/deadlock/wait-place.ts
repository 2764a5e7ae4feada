import type { Wait } from '../../model/wait.js';

/** Where calls wait that are never to go on by themselves. */
export interface WaitPlace {
  /**
   * Resolves when the call may go on: in most places only once it is open. What is returned is called when it has ended.
   *
   * @throws the signal's reason when that aborts first
   */
  enter(who: string, signal: AbortSignal | null): Promise<() => void>;
  /** Who waits now, in the order of their coming. */
  waits(): readonly Wait[];
  /** Lets everybody go on, now and from now on. Idempotent. */
  open(): void;
  /** Once it is open: resolves when nothing that it started is left. */
  ended(): Promise<void>;
}
