import { systemClock } from '../../model/system-clock.js';
import { Deadline } from '../deadline.js';
import type { Outlet, Stage } from './stage.js';
import type { StreamToxicKind, Tuned } from './toxic-kind.js';

type TimeoutSettings = {
  /** ms without data until the connection is closed; 0: never */
  readonly timeout: number;
};

/** All data vanishes; after a time without any, or at its end, or when the toxic is taken off, the connection is closed. */
class TimeoutStage implements Stage {
  readonly heldBytes = 0;
  /** What vanished needs no reset: the connection is closed in any case. */
  readonly swallowed = false;
  readonly #outlet: Outlet;
  readonly #toxic: Tuned<TimeoutSettings>;
  readonly #deadline = new Deadline(() => this.#outlet.finish('close'));

  constructor(toxic: Tuned<TimeoutSettings>, outlet: Outlet) {
    this.#toxic = toxic;
    this.#outlet = outlet;
    this.changed();
  }

  push(_chunk: Buffer): void {
    this.#outlet.acted();
    this.changed();
  }

  finish(): void {
    this.release();
  }

  release(): void {
    this.stop();
    this.#outlet.finish('close');
  }

  stop(): void {
    this.#deadline.clear();
  }

  changed(): void {
    const { timeout: timeoutMs } = this.#toxic.settings;
    if (timeoutMs > 0) this.#deadline.set(systemClock.nowMs() + timeoutMs);
    else this.#deadline.clear();
  }
}

export const timeout: StreamToxicKind<TimeoutSettings> = {
  type: 'timeout',
  acts: 'on-bytes',
  isClassic: true,
  attributes: { timeout: 'integer' },
  onMessages: 'all-from',
  start: (toxic, outlet) => new TimeoutStage(toxic, outlet),
};
