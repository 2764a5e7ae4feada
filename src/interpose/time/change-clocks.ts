import { syncBuiltinESMExports } from 'node:module';
import type { ClockChange, ClockName } from '../../model/clock-change.js';
import { ChaosError } from '../../model/chaos-error.js';
import { type PatchInPlace, patchesInPlace } from '../active-patches.js';
import { patchMonotonic } from './patch-monotonic.js';
import { patchTimers, scaledTimers } from './patch-timers.js';
import { patchWall } from './patch-wall.js';
import { ReplacedProperties } from './replaced-properties.js';
import { threadClocks } from './thread-clocks.js';

const patchers: Readonly<Record<ClockName, (properties: ReplacedProperties) => void>> = {
  wall: patchWall,
  monotonic: patchMonotonic,
  timers: patchTimers,
};

/** One clock's functions, patched while something needs them. */
class PatchedClock implements PatchInPlace {
  readonly #clock: ClockName;
  readonly #properties = new ReplacedProperties();
  #users = 0;

  constructor(clock: ClockName) {
    this.#clock = clock;
  }

  take(): void {
    this.#users += 1;
    if (this.#users > 1) return;
    patchers[this.#clock](this.#properties);
    patchesInPlace.add(this);
    syncBuiltinESMExports();
  }

  give(): void {
    this.#users -= 1;
    this.isBack();
    syncBuiltinESMExports();
  }

  /** Takes out what is still in; may be asked again. */
  isBack(): boolean {
    if (this.left().length > 0) return false;
    patchesInPlace.delete(this);
    return true;
  }

  left(): readonly string[] {
    return this.#users > 0 ? [`the ${this.#clock} clock`] : this.#properties.restore();
  }

  describe(): string {
    return `${this.left().join(', ')} (clock functions of this thread)`;
  }
}

const patched: Readonly<Record<ClockName, PatchedClock>> = {
  wall: new PatchedClock('wall'),
  monotonic: new PatchedClock('monotonic'),
  timers: new PatchedClock('timers'),
};

/** Clocks that are changed. */
export interface ChangedClocks {
  /**
   * The clocks are real again. Idempotent.
   *
   * @throws ChaosError UNDO_FAILED when something else replaced a function of ours meanwhile: it is left there, and ours
   *   passes every call on. May be tried again.
   */
  revert(): void;
}

const changes = new Set<ClockChange>();
const unchanged: ClockChange = { wall: { mode: 'offset', offsetMs: 0 }, monotonicRate: 1, timersRate: 1 };

/**
 * Changes what the program in this thread reads on its clocks, and how long its timers wait, on top of other changes; the
 * machine's clock is not touched. A program that holds a function from before (`const now = Date.now`) is not reached.
 */
export function changeClocks(change: ClockChange): ChangedClocks {
  const clocks = clocksOf(change);
  for (const clock of clocks) patched[clock].take();
  const leaveCourse = change.wall === undefined ? null : threadClocks.wall.follow(change.wall);
  changes.add(change);
  setRates(change);
  let isOver = false;
  return {
    revert() {
      if (!isOver) {
        isOver = true;
        changes.delete(change);
        leaveCourse?.();
        setRates(change);
        for (const clock of clocks) patched[clock].give();
      }
      const left = clocks.filter((clock) => !hasOthers(clock)).flatMap((clock) => patched[clock].left());
      if (left.length === 0) return;
      throw new ChaosError(
        'UNDO_FAILED',
        `expected ${left.join(', ')} to be ours still, something else took its place while the clock was changed`,
        { hint: 'our part of it passes everything through until the process ends' },
      );
    },
  };
}

/**
 * Puts our functions into the place of all that read a clock or set timers, without changing any: a program that takes them
 * for good while it loads is then reached by later changes.
 *
 * @returns takes them out again, as `ChangedClocks.revert`
 */
export function standBy(): ChangedClocks {
  return changeClocks(unchanged);
}

/** Whether our functions were there before the program's own code. */
export function isStandingBy(): boolean {
  return changes.has(unchanged);
}

/** How many changes act now. */
export function changesNow(): number {
  return [...changes].filter((change) => change !== unchanged && clocksOf(change).length > 0).length;
}

/** The clocks that a change is about. */
function clocksOf({ wall, monotonicRate, timersRate }: ClockChange): readonly ClockName[] {
  return [
    ...(wall === undefined ? [] : (['wall'] as const)),
    ...(monotonicRate === undefined ? [] : (['monotonic'] as const)),
    ...(timersRate === undefined ? [] : (['timers'] as const)),
  ];
}

function hasOthers(clock: ClockName): boolean {
  return [...changes].some((change) => clocksOf(change).includes(clock));
}

/** Rates of several changes multiply. */
function setRates(changed: ClockChange): void {
  threadClocks.gate.top = changes.size === 0 ? null : changes;
  const rateOf = (key: 'monotonicRate' | 'timersRate') =>
    [...changes].reduce((rate, change) => rate * (change[key] ?? 1), 1);
  if (changed.monotonicRate !== undefined) {
    // What nobody changes any more is real, not merely as fast as real.
    if ([...changes].every(({ monotonicRate = 1 }) => monotonicRate === 1)) threadClocks.resetMonotonic();
    else threadClocks.setMonotonicRate(rateOf('monotonicRate'));
  }
  if (changed.timersRate === undefined) return;
  threadClocks.timersRate = rateOf('timersRate');
  scaledTimers.retime();
}
