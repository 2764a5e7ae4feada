import { systemClock } from '../model/system-clock.js';
import { leaseMs } from './agent-directory.js';
import { setTimeout, clearTimeout, setImmediate } from '../model/real-timers.js';

/** Watches that the controller is heard of in time, while there is something to give back. Keeps nothing alive. */
export class LeaseWatch {
  readonly #lost: () => void;
  #heardMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param lost - called once for each time that it was started */
  constructor(lost: () => void) {
    this.#lost = lost;
  }

  start(): void {
    this.renew();
    if (this.#timer === undefined) this.#wait(leaseMs);
  }

  renew(): void {
    this.#heardMs = systemClock.nowMs();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(delayMs: number): void {
    this.#timer = setTimeout(() => this.#look(() => setImmediate(this.#lookAgain)), delayMs).unref();
  }

  /** After a thread was blocked, timers come first, and only then what the controller said meanwhile. */
  readonly #lookAgain = (): void => {
    if (this.#timer !== undefined) this.#look(this.#end);
  };

  readonly #end = (): void => {
    this.stop();
    this.#lost();
  };

  #look(onSilence: () => void): void {
    const leftMs = this.#heardMs + leaseMs - systemClock.nowMs();
    if (leftMs <= 0) onSilence();
    else this.#wait(leftMs);
  }
}
