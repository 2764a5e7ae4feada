import type { Wait } from '../../model/wait.js';
import { AsyncLock } from './async-lock.js';
import type { WaitPlace } from './wait-place.js';

const holder = 'the fault';

/** A gate that is closed: promises behind it never settle, as when an answer got lost. */
export class PromiseGate implements WaitPlace {
  readonly #gate: AsyncLock;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#gate = new AsyncLock('the gate', nowMs);
    void this.#gate.acquire(holder, null);
  }

  async enter(who: string, signal: AbortSignal | null): Promise<() => void> {
    await this.#gate.acquire(who, signal);
    return () => undefined;
  }

  waits(): readonly Wait[] {
    return this.#gate.waiters.map(({ who, sinceMs }) => ({
      waiter: who,
      resource: this.#gate.name,
      heldBy: holder,
      forMs: this.#nowMs() - sinceMs,
    }));
  }

  open(): void {
    this.#gate.open();
  }

  async ended(): Promise<void> {}
}
