import type { ClockName } from '../../model/clock-change.js';
import type { Gate } from '../wrap-function.js';
import { ChangedWall } from './changed-wall.js';
import { RatedClock } from './rated-clock.js';
import { realTime } from './real-time.js';

/** The clocks of this thread, as a program sees them while they are changed. */
class ThreadClocks {
  readonly wall = new ChangedWall(realTime);
  /** In milliseconds, as `performance.now` counts. */
  readonly #performance = new RatedClock();
  /** In nanoseconds since this module was loaded. */
  readonly #hrtime = new RatedClock();
  readonly #hrtimeOrigin = realTime.hrtimeNs();
  /** In seconds. */
  readonly #uptime = new RatedClock();
  /** Of all changes together. */
  monotonicRate = 1;
  timersRate = 1;
  /** How often the program read each clock, and how many timers it set, while patched. */
  readonly reads: Record<ClockName, number> = { wall: 0, monotonic: 0, timers: 0 };
  /** Open when nothing is changed: whatever of ours the program kept passes every call on. */
  readonly gate: Gate = { top: null };

  performanceAt(realMs: number): number {
    return this.#performance.at(realMs);
  }

  hrtimeAt(realNs: bigint): bigint {
    const origin = this.#hrtimeOrigin;
    return origin + BigInt(Math.floor(this.#hrtime.at(Number(realNs - origin))));
  }

  uptimeAt(realS: number): number {
    return this.#uptime.at(realS);
  }

  setMonotonicRate(rate: number): void {
    this.monotonicRate = rate;
    this.#performance.setRate(rate, realTime.nowMs());
    this.#hrtime.setRate(rate, Number(realTime.hrtimeNs() - this.#hrtimeOrigin));
    this.#uptime.setRate(rate, realTime.uptimeS());
  }

  resetMonotonic(): void {
    this.monotonicRate = 1;
    for (const clock of [this.#performance, this.#hrtime, this.#uptime]) clock.reset();
  }
}

export const threadClocks = new ThreadClocks();
