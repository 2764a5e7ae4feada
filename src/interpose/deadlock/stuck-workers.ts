import { Worker } from 'node:worker_threads';
import type { Wait } from '../../model/wait.js';
import { AsyncLock } from './async-lock.js';
import { type StuckData, stuckWords, takeBothLocks } from './stuck-thread.js';
import type { WaitPlace } from './wait-place.js';

const lockNames = ['lock A', 'lock B'] as const;

/**
 * Two threads that hold one lock each and wait for the other one's: really stuck, in `Atomics.wait`. Calls wait for the
 * answer of one or the other. Where no threads can be started, calls go on.
 */
export class StuckWorkers implements WaitPlace {
  readonly #words = new Int32Array(new SharedArrayBuffer(4 * Object.keys(stuckWords).length));
  readonly #nowMs: () => number;
  readonly #startedMs: number;
  /** Each is held by its worker until all is over. */
  readonly #answers: readonly [AsyncLock, AsyncLock];
  readonly #workers: Worker[] = [];
  readonly #ended: readonly Promise<void>[];
  #entered = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#startedMs = nowMs();
    this.#answers = [new AsyncLock('its answer', nowMs), new AsyncLock('its answer', nowMs)];
    for (const [index, answer] of this.#answers.entries()) void answer.acquire(nameOf(index + 1), null);
    this.#ended = this.#start();
  }

  async enter(who: string, signal: AbortSignal | null): Promise<() => void> {
    const [one, other] = this.#answers;
    this.#entered += 1;
    await (this.#entered % 2 === 1 ? one : other).acquire(who, signal);
    return () => undefined;
  }

  waits(): readonly Wait[] {
    const nowMs = this.#nowMs();
    const ofCalls = this.#answers.flatMap(({ holder, name, waiters }) =>
      waiters.map(({ who, sinceMs }) => ({
        waiter: who,
        resource: name,
        heldBy: holder,
        forMs: nowMs - sinceMs,
      })),
    );
    return [...this.#waitsOfThreads(nowMs), ...ofCalls];
  }

  open(): void {
    // A process that has nothing else to do waits for their end, which comes at once.
    for (const worker of this.#workers) worker.ref();
    const { lockA, lockB, over } = stuckWords;
    Atomics.store(this.#words, over, 1);
    for (const lock of [lockA, lockB]) {
      Atomics.store(this.#words, lock, 0);
      Atomics.notify(this.#words, lock);
    }
    for (const answer of this.#answers) answer.open();
  }

  async ended(): Promise<void> {
    await Promise.all(this.#ended);
  }

  #start(): readonly Promise<void>[] {
    const ended: Promise<void>[] = [];
    try {
      for (const me of [1, 2]) {
        const workerData: StuckData = { words: this.#words, me };
        const worker = new Worker(`(${takeBothLocks.toString()})(require)`, {
          eval: true,
          workerData,
          execArgv: [],
          env: {},
        });
        worker.unref();
        this.#workers.push(worker);
        worker.once('error', () => this.open());
        ended.push(new Promise((resolve) => worker.once('exit', () => resolve())));
      }
    } catch {
      this.open();
    }
    return ended;
  }

  /** As the locks themselves say, once both are held. */
  #waitsOfThreads(nowMs: number): readonly Wait[] {
    const holders = [stuckWords.lockA, stuckWords.lockB].map((lock) => Atomics.load(this.#words, lock));
    if (holders.includes(0)) return [];
    return holders.map((holder, lock) => ({
      waiter: nameOf(holder === 1 ? 2 : 1),
      resource: lockNames[lock] ?? '',
      heldBy: nameOf(holder),
      forMs: nowMs - this.#startedMs,
    }));
  }
}

function nameOf(worker: number): string {
  return `worker ${worker}`;
}
