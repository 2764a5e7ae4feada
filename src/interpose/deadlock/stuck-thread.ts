import type threads from 'node:worker_threads';

/** What two threads that wait for each other share: who holds each lock (0: nobody), and whether all is over. */
export const stuckWords = { lockA: 0, lockB: 1, over: 2 } as const;

export interface StuckData {
  readonly words: Int32Array;
  /** 1 or 2: which takes lock A first, or lock B. */
  readonly me: number;
}

/**
 * The body of a thread that takes two locks, with the other thread in the opposite order: its source is what runs there,
 * so that it refers to nothing outside of it. Each asks for its second lock when the other one holds it, and then waits
 * without a time limit.
 */
export function takeBothLocks(load: NodeJS.Require): void {
  const { workerData } = load('node:worker_threads') as typeof threads;
  const { words, me } = workerData as StuckData;
  const over = 2;
  const [first, second] = me === 1 ? ([0, 1] as const) : ([1, 0] as const);
  const isOver = () => Atomics.load(words, over) !== 0;
  const take = (lock: number) => {
    for (;;) {
      const holder = Atomics.compareExchange(words, lock, 0, me);
      if (holder === 0 || isOver()) break;
      Atomics.wait(words, lock, holder);
    }
    Atomics.notify(words, lock);
  };
  take(first);
  while (Atomics.load(words, second) === 0 && !isOver()) Atomics.wait(words, second, 0);
  take(second);
}
