import type { Wait } from '../../model/wait.js';
import { unlessAborted } from '../../model/unless-aborted.js';
import { AsyncLock } from './async-lock.js';
import type { WaitPlace } from './wait-place.js';

/** A call that found nobody to meet for so long meets a job of ours. */
const standInAfterMs = 100;
const standIn = 'a job of the fault';

/**
 * Two locks that calls take in opposite orders, every other one: each holds its first lock until the second one is taken
 * too, and then asks for that. So two of them wait for each other, and all that come later wait behind them.
 *
 * Where calls come one at a time, the second lock is taken by a job of ours, that asks for the first one then.
 */
export class LockCircle implements WaitPlace {
  readonly #locks: readonly [AsyncLock, AsyncLock];
  readonly #nowMs: () => number;
  readonly #sleep: (delayMs: number) => Promise<void>;
  #entered = 0;
  #jobs = 0;

  /** @param sleep - resolves after the delay, or earlier when the fault ends */
  constructor(nowMs: () => number, sleep: (delayMs: number) => Promise<void>) {
    this.#nowMs = nowMs;
    this.#sleep = sleep;
    this.#locks = [new AsyncLock('lock A', nowMs), new AsyncLock('lock B', nowMs)];
  }

  async enter(who: string, signal: AbortSignal | null): Promise<() => void> {
    const [a, b] = this.#locks;
    const [first, second] = this.#entered % 2 === 0 ? [a, b] : [b, a];
    this.#entered += 1;
    await first.acquire(who, signal);
    try {
      void this.#sleep(standInAfterMs).then(() => this.#meet(who, first, second));
      await (signal === null ? second.held() : unlessAborted(second.held(), signal));
      await second.acquire(who, signal);
    } catch (error) {
      first.release(who);
      throw error;
    }
    return () => {
      second.release(who);
      first.release(who);
    };
  }

  waits(): readonly Wait[] {
    const nowMs = this.#nowMs();
    const ofLock = (lock: AsyncLock) =>
      lock.waiters.map(({ who, sinceMs }) => ({
        waiter: who,
        resource: lock.name,
        heldBy: lock.holder,
        forMs: nowMs - sinceMs,
      }));
    return this.#locks.flatMap(ofLock).toSorted((one, other) => other.forMs - one.forMs);
  }

  open(): void {
    for (const lock of this.#locks) lock.open();
  }

  async ended(): Promise<void> {}

  /** As a call of the opposite order would. */
  async #meet(who: string, first: AsyncLock, second: AsyncLock): Promise<void> {
    if (first.holder !== who || second.holder !== null) return;
    this.#jobs += 1;
    const job = this.#jobs === 1 ? standIn : `${standIn} (${this.#jobs})`;
    await second.acquire(job, null);
    await first.acquire(job, null);
    first.release(job);
    second.release(job);
  }
}
