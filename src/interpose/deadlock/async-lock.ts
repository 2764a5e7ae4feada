/** One that waits for a lock. */
export interface LockWaiter {
  readonly who: string;
  readonly sinceMs: number;
}

interface Queued extends LockWaiter {
  readonly go: () => void;
}

/** A lock that one chain of calls holds at a time; others wait for it in the order of their coming. */
export class AsyncLock {
  readonly name: string;
  readonly #nowMs: () => number;
  #holder: string | null = null;
  #queue: readonly Queued[] = [];
  #awaitingHolder: readonly (() => void)[] = [];
  #isOpen = false;

  constructor(name: string, nowMs: () => number) {
    this.name = name;
    this.#nowMs = nowMs;
  }

  get holder(): string | null {
    return this.#holder;
  }

  get waiters(): readonly LockWaiter[] {
    return this.#queue;
  }

  /**
   * Resolves once `who` holds it, or it is open.
   *
   * @throws the signal's reason: then `who` neither holds it nor waits
   */
  async acquire(who: string, signal: AbortSignal | null): Promise<void> {
    signal?.throwIfAborted();
    if (this.#isOpen) return;
    if (this.#holder === null) {
      this.#give(who);
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        signal?.removeEventListener('abort', onAbort);
        this.#queue = this.#queue.filter((other) => other !== queued);
      };
      const onAbort = () => {
        leave();
        reject(signal?.reason as Error);
      };
      const go = () => {
        leave();
        resolve();
      };
      const queued = { who, sinceMs: this.#nowMs(), go };
      this.#queue = [...this.#queue, queued];
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Resolves once somebody holds it, or it is open. */
  async held(): Promise<void> {
    if (this.#isOpen || this.#holder !== null) return;
    await new Promise<void>((resolve) => {
      this.#awaitingHolder = [...this.#awaitingHolder, resolve];
    });
  }

  /** Hands it to who waits longest. Who does not hold it changes nothing. */
  release(who: string): void {
    if (this.#holder !== who) return;
    this.#holder = null;
    const next = this.#queue[0];
    if (next === undefined) return;
    this.#give(next.who);
    next.go();
  }

  /** Lets everybody through, in the order of their coming, now and from now on. */
  open(): void {
    this.#isOpen = true;
    this.#holder = null;
    for (const { go } of this.#queue) go();
    this.#tellHeld();
  }

  #give(who: string): void {
    this.#holder = who;
    this.#tellHeld();
  }

  #tellHeld(): void {
    const told = this.#awaitingHolder;
    this.#awaitingHolder = [];
    for (const tell of told) tell();
  }
}
