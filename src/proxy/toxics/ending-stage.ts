import { Deadline } from '../deadline.js';
import { systemClock } from '../../model/system-clock.js';
import { PassStage } from './pass-stage.js';
import type { Ending, Outlet } from './stage.js';

/** Hands on all bytes, and holds the ending back. */
export class EndingStage extends PassStage {
  readonly #delayMs: () => number;
  readonly #deadline = new Deadline(() => this.release());
  #ending: Ending | null = null;

  /** @param delayMs - infinite: until the toxic is taken off */
  constructor(outlet: Outlet, delayMs: () => number) {
    super(outlet);
    this.#delayMs = delayMs;
  }

  override finish(ending: Ending): void {
    this.#ending = ending;
    this.outlet.acted();
    this.changed();
  }

  override release(): void {
    const ending = this.#ending;
    this.stop();
    if (ending !== null) this.outlet.finish(ending);
  }

  override stop(): void {
    this.#deadline.clear();
    this.#ending = null;
  }

  /** The wait begins again. */
  changed(): void {
    if (this.#ending === null) return;
    const delayMs = this.#delayMs();
    if (delayMs <= 0) this.release();
    else if (delayMs < Number.POSITIVE_INFINITY) this.#deadline.set(systemClock.nowMs() + delayMs);
  }
}
