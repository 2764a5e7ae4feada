import { systemClock } from '../../model/system-clock.js';
import { Deadline } from '../deadline.js';
import type { Outlet, Stage } from './stage.js';
import type { StreamToxicKind, Tuned } from './toxic-kind.js';

type ResetPeerSettings = {
  /** ms from the first data to the reset */
  readonly timeout: number;
};

/** A new connection is not called idle before this: its client is to get as far as it does with Toxiproxy. */
const idleAfterMs = 1_000;

/**
 * Resets both sides a time after the first data or end came, which vanishes. A connection that was there before the
 * toxic is reset that time after it came; a new one that stays idle, a second later.
 */
class ResetPeerStage implements Stage {
  readonly heldBytes = 0;
  swallowed = false;
  readonly #outlet: Outlet;
  readonly #toxic: Tuned<ResetPeerSettings>;
  readonly #deadline = new Deadline(() => this.#outlet.abort());
  #fromMs: number;

  constructor(toxic: Tuned<ResetPeerSettings>, outlet: Outlet, isNew: boolean) {
    this.#toxic = toxic;
    this.#outlet = outlet;
    this.#fromMs = systemClock.nowMs() + (isNew ? idleAfterMs : 0);
    this.changed();
  }

  push(_chunk: Buffer): void {
    this.#outlet.acted();
    this.finish();
  }

  finish(): void {
    if (this.swallowed) return;
    this.swallowed = true;
    this.#fromMs = systemClock.nowMs();
    this.changed();
  }

  release(): void {
    this.stop();
  }

  stop(): void {
    this.#deadline.clear();
  }

  changed(): void {
    this.#deadline.set(this.#fromMs + Math.max(0, this.#toxic.settings.timeout));
  }
}

export const resetPeer: StreamToxicKind<ResetPeerSettings> = {
  type: 'reset_peer',
  acts: 'on-bytes',
  isClassic: true,
  attributes: { timeout: 'integer' },
  onMessages: 'all-from',
  start: (toxic, outlet, _choices, isNew) => new ResetPeerStage(toxic, outlet, isNew),
};
