import { systemClock } from '../../model/system-clock.js';
import { Deadline } from '../deadline.js';
import { PassStage } from './pass-stage.js';
import type { Outlet } from './stage.js';

/** Lets bytes pass until its time, which is counted from the first of them on a new connection; then resets both sides. */
export class ResetStage extends PassStage {
  readonly #afterMs: number;
  readonly #onReset: () => void;
  readonly #deadline: Deadline;
  #began = false;

  constructor(outlet: Outlet, afterMs: number, isNew: boolean, onReset: () => void) {
    super(outlet);
    this.#afterMs = afterMs;
    this.#onReset = onReset;
    this.#deadline = new Deadline(() => this.#reset());
    if (!isNew) this.#begin();
  }

  override push(chunk: Buffer): void {
    // What is reset at once is never heard.
    if (this.#afterMs === 0) this.#reset();
    else {
      this.#begin();
      super.push(chunk);
    }
  }

  override release(): void {
    this.stop();
  }

  override stop(): void {
    this.#deadline.clear();
  }

  #begin(): void {
    if (this.#began) return;
    this.#began = true;
    this.#deadline.set(systemClock.nowMs() + this.#afterMs);
  }

  #reset(): void {
    this.stop();
    this.outlet.acted();
    this.#onReset();
    this.outlet.abort();
  }
}
