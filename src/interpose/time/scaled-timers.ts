import { threadClocks } from './thread-clocks.js';

/** Node makes 1 ms of delays beyond these. */
const shortestMs = 1;
const longestMs = 2 ** 31 - 1;

/** As Node keeps how long a timer waits, and how long an interval waits the next time; neither is documented. */
export interface TimerFields {
  _idleTimeout?: number;
  _repeat?: number | null;
}

/** Timers that were asked for under a changed rate, and the delays that were meant. */
export class ScaledTimers {
  #timers: { readonly timer: WeakRef<TimerFields>; readonly askedMs: number }[] = [];
  #sweepAt = 1_000;

  /** @returns the real delay for one that a program gave; null when it stays as it is */
  delayOf(asked: unknown): { readonly askedMs: number; readonly realMs: number } | null {
    if (typeof asked !== 'number' && typeof asked !== 'string') return null;
    const askedMs = Number(asked);
    if (threadClocks.timersRate === 1 || !(askedMs >= shortestMs && askedMs <= longestMs)) return null;
    return { askedMs, realMs: realDelayMs(askedMs) };
  }

  remember(timer: TimerFields, askedMs: number): void {
    this.#timers.push({ timer: new WeakRef(timer), askedMs });
    if (this.#timers.length < this.#sweepAt) return;
    this.#timers = this.#timers.filter((entry) => isAlive(entry.timer.deref()));
    this.#sweepAt = Math.max(1_000, this.#timers.length * 2);
  }

  /**
   * After the rate has changed. What is waiting keeps its real deadline, as a kernel's timer would; after that, intervals and
   * `refresh` wait as long as the rate of then has them wait.
   */
  retime(): void {
    for (const { timer, askedMs } of this.#timers) {
      const fields = timer.deref();
      if (fields === undefined || !isAlive(fields)) continue;
      const delayMs = Math.trunc(realDelayMs(askedMs));
      if (typeof fields._repeat === 'number') fields._repeat = delayMs;
      fields._idleTimeout = delayMs;
    }
    if (threadClocks.timersRate === 1) this.#timers = [];
  }
}

function realDelayMs(askedMs: number): number {
  return Math.min(longestMs, Math.max(shortestMs, askedMs / threadClocks.timersRate));
}

/** A timer that was cleared waits for -1. One that came is kept: it may be refreshed. */
function isAlive(timer: TimerFields | undefined): boolean {
  return typeof timer?._idleTimeout === 'number' && timer._idleTimeout >= 0;
}
