import { performance } from 'node:perf_hooks';
import { ChaosError } from '../model/chaos-error.js';
import type { Clock } from '../model/clock.js';

// Captured when the module loads, before any time fault can replace them.
const { setImmediate, setTimeout } = globalThis;
const realNow = performance.now.bind(performance);

/** A chain of awaits settles in one turn of the event loop; some chains go through setImmediate a few times. */
const idleTurns = 4;
/** How long, in real time, work may do something that no virtual timer shows before it counts as stuck. */
const patienceMs = 1_000;
const dayMs = 86_400_000;

interface Timer {
  readonly deadlineMs: number;
  fire(): void;
}

/**
 * A clock for tests: time stands still until the test moves it, so nothing sleeps and every run is the same.
 *
 * Timers fire in the order of their deadlines, equal ones in the order in which they were set. Between two of them the
 * event loop turns until chains of awaits and file operations in flight have settled. Sockets and child processes are
 * not waited for while timers are pending: tests with those use the system clock.
 *
 * @example
 * ```ts
 * const clock = new VirtualClock();
 * await clock.run(clock.sleep(60_000, signal)); // at once
 * clock.nowMs(); // 60000
 * ```
 */
export class VirtualClock implements Clock {
  #nowMs = 0;
  readonly #epochMs: number;
  readonly #timers: Timer[] = [];

  /** @param startsAt - what `wallMs` says at first. Default 2026-01-01 */
  constructor(startsAt: Date = new Date('2026-01-01T00:00:00.000Z')) {
    this.#epochMs = startsAt.getTime();
  }

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#epochMs + this.#nowMs;
  }

  sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = () => {
        this.#timers.splice(this.#timers.indexOf(timer), 1);
        reject(signal.reason as Error);
      };
      const timer: Timer = {
        deadlineMs: this.#nowMs + Math.max(0, delayMs),
        fire: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const later = this.#timers.findIndex((other) => other.deadlineMs > timer.deadlineMs);
      this.#timers.splice(later === -1 ? this.#timers.length : later, 0, timer);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** How many sleeps are waiting. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Moves time on by `ms` and fires what falls due on the way, timers set meanwhile included. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await untilIdle();
    while (this.#fireNext(untilMs)) await untilIdle();
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  /**
   * Moves time on by `ms` at once, as code does that blocks the event loop: timers that fall due meanwhile fire late,
   * with the next `advance` or `run`.
   */
  block(ms: number): void {
    this.#nowMs += ms;
  }

  /**
   * Moves time on to the next timer, again and again, until `work` settles, and settles like it.
   *
   * @param limitMs - virtual time after which work that only ever sleeps again is given up. Default: a day
   * @throws ChaosError INVALID_INPUT when the work waits for nothing that could come: no timer is pending, and for a
   *   second of real time nothing happened; or when it has not settled after `limitMs`
   */
  async run<T>(work: Promise<T>, limitMs: number = dayMs): Promise<T> {
    const untilMs = this.#nowMs + limitMs;
    const state = { settled: false };
    const onSettled = () => {
      state.settled = true;
    };
    work.then(onSettled, onSettled);
    for (;;) {
      await untilIdle();
      if (state.settled) return work;
      if (this.#fireNext(untilMs)) continue;
      if (this.#next() !== undefined) throw this.#stuck(`kept sleeping for ${limitMs} ms of virtual time`);
      const givenUpAt = realNow() + patienceMs;
      while (!state.settled && this.#next() === undefined) {
        if (realNow() > givenUpAt) throw this.#stuck('did neither');
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
  }

  #next(): Timer | undefined {
    const timer = this.#timers[0];
    return timer?.deadlineMs === Number.POSITIVE_INFINITY ? undefined : timer;
  }

  #fireNext(untilMs: number): boolean {
    const timer = this.#next();
    if (timer === undefined || timer.deadlineMs > untilMs) return false;
    this.#timers.shift();
    // Never back: after `block`, timers are late.
    this.#nowMs = Math.max(this.#nowMs, timer.deadlineMs);
    timer.fire();
    return true;
  }

  #stuck(what: string): ChaosError {
    return new ChaosError(
      'INVALID_INPUT',
      `expected the work to settle or to sleep on this clock, but it ${what} (now ${this.#nowMs} ms, ${this.pending} timers)`,
      { hint: 'look for a promise that nobody settles, or a loop that nobody stops' },
    );
  }
}

async function untilIdle(): Promise<void> {
  const givenUpAt = realNow() + patienceMs;
  for (let idle = 0; idle < idleTurns; idle += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (fileOperationInFlight() && realNow() < givenUpAt) idle = -1;
  }
}

function fileOperationInFlight(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq') || name === 'CloseReq');
}
