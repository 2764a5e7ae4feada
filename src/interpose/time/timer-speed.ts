import { realTime } from './real-time.js';
import { threadClocks } from './thread-clocks.js';

/** How long a timer of ours takes, in real time and at the speed that is expected. */
const aboutMs = 100;

/** Measures how fast timers come that a program in this thread sets now. */
export class TimerSpeed {
  readonly #askedMs: number;
  #isOver = false;
  /** Against real time; null until a timer came. Timers may come late, never early: the fastest tells. */
  fastest: number | null = null;

  constructor(expected: number) {
    this.#askedMs = Math.max(1, Math.round(aboutMs * expected));
    this.#set();
  }

  stop(): void {
    this.#isOver = true;
  }

  /** By the platform's name, as a program would; not counted. */
  #set(): void {
    const startedMs = realTime.nowMs();
    const onTime = () => {
      if (this.#isOver) return;
      const tookMs = realTime.nowMs() - startedMs;
      this.fastest = Math.max(this.fastest ?? 0, this.#askedMs / tookMs);
      this.#set();
    };
    const { timers } = threadClocks.reads;
    setTimeout(onTime, this.#askedMs).unref();
    threadClocks.reads.timers = timers;
  }
}
