import type { HitCall } from '../call-effect.js';
import type { Hold } from '../platform-call.js';
import type { Lanes } from './lanes.js';
import { logUniformMs } from './log-uniform.js';
import type { TimeBudget } from './time-budget.js';

/** The end of a call that is held back. */
export type RaceGate = 'start' | 'answer';

/** What the holds of one fault share. */
export interface HoldOptions {
  readonly maxDelayMs: number;
  readonly gates: readonly RaceGate[];
  readonly lanes: Lanes;
  readonly budget: (nowMs: number) => TimeBudget;
  readonly wakers: Set<() => void>;
}

/**
 * How long a call that was chosen is held back, and at which end. What is drawn depends on the call's number alone; the
 * budget may grant less of it, and a turn of the event loop always.
 */
export function chosenHold(call: HitCall, options: HoldOptions): Hold {
  const { maxDelayMs, gates, budget } = options;
  let isHeld = false;
  const grantMs = (gate: RaceGate) => {
    isHeld = true;
    const wantedMs = logUniformMs(maxDelayMs, call.draw('delay'));
    call.felt(`${gate} +${wantedMs.toFixed(1)} ms`);
    const nowMs = call.delays.nowMs();
    return budget(nowMs).take(nowMs, wantedMs);
  };
  return {
    ...followingHold(options),
    startMs() {
      if (!gates.includes('start')) return null;
      return gates.includes('answer') && call.draw('gate') < 0.5 ? null : grantMs('start');
    },
    answerMs: () => (isHeld || !gates.includes('answer') ? null : grantMs('answer')),
  };
}

/** Of a call that was not chosen: it waits for nothing but its turn. */
export function followingHold({ lanes, wakers }: Pick<HoldOptions, 'lanes' | 'wakers'>): Hold {
  return {
    startMs: () => null,
    answerMs: () => null,
    lane: (of) => lanes.of(of),
    busyLane: (of) => lanes.busy(of),
    untilOver(wake) {
      wakers.add(wake);
      return () => wakers.delete(wake);
    },
  };
}
