import type { BlockedBy } from '../../model/scenario-parameters.js';
import { systemClock } from '../../model/system-clock.js';
import { breatheWord, heldWord, overWord, type RescueData, rescueWords } from './rescue-thread.js';
import { Rescuer } from './rescuer.js';
import { setTimeout, clearTimeout, setImmediate } from '../../model/real-timers.js';

/** The word is looked at again after so long, whatever became of the rescuer. */
const sliceMs = 100;
const shortBreathMs = 30;
/** Time for what a signal has to say, and for putting everything back. */
const longBreathMs = 300;
/** Where signals cannot be seen, the loop turns this often. */
const blindStretchMs = 1_000;

export interface BlockOptions extends Omit<RescueData, 'words'> {
  readonly by: BlockedBy;
  /** The loop turns for a moment after so long, so that who is in this thread sees the fault act before it is over. Default: never. */
  readonly firstStretchMs?: number;
}

/**
 * Keeps the event loop of this thread from turning until the fault is over, in slices of at most 100 ms. Whether it is,
 * another thread says, for this one hears nothing: after the fault's time, when it expires, when an agent's controller is
 * silent or lets go of it. With `forSignals` the loop turns for a moment when a signal has come.
 *
 * The block begins once the rescuing thread watches, not before.
 */
export class BlockedLoop {
  /** Resolves once the rescuing thread watches; rejects when there is none: then nothing is blocked. */
  readonly watching: Promise<void>;
  /** Resolves once the loop has stood still for a first time and turns again; rejects as `watching`. */
  readonly seen: Promise<void>;
  readonly #by: BlockedBy;
  readonly #forSignals: boolean;
  readonly #rescuer: Rescuer;
  readonly #untilMs: number;
  #timer: NodeJS.Timeout | undefined;
  #stoodStillMs = 0;

  /** @throws Error when this process may start no threads */
  constructor(options: BlockOptions) {
    this.#by = options.by;
    this.#forSignals = options.forSignals;
    this.#untilMs = systemClock.nowMs() + options.activeMs;
    this.#rescuer = new Rescuer(options);
    this.watching = this.#rescuer.watching;
    this.seen = this.watching.then(
      () =>
        new Promise((resolve) => {
          this.#standAfter(0, options.firstStretchMs ?? Number.POSITIVE_INFINITY, resolve);
        }),
    );
    this.seen.catch(() => undefined);
  }

  /** For how long the loop has stood still, in all. */
  get stoodStillMs(): number {
    return this.#stoodStillMs;
  }

  get isOver(): boolean {
    return Atomics.load(this.#words, rescueWords.word) === overWord || systemClock.nowMs() >= this.#untilMs;
  }

  /** Idempotent; nothing is blocked from now on. */
  release(): void {
    clearTimeout(this.#timer);
    this.#rescuer.release();
  }

  /** After `release`: resolves once the rescuing thread is gone. */
  ended(): Promise<void> {
    return this.#rescuer.ended;
  }

  get #words(): Int32Array {
    return this.#rescuer.words;
  }

  #standAfter(delayMs: number, longestMs: number, stood: () => void = () => undefined): void {
    if (this.isOver) return;
    const stand = () => {
      this.#stand(longestMs);
      stood();
    };
    this.#timer = setTimeout(() => {
      if (!this.#forSignals || Number.isFinite(longestMs)) {
        stand();
        return;
      }
      this.#askForSignals();
      // Those from before have their turn, those that come later are seen by the rescuer.
      setImmediate(stand);
    }, delayMs).unref();
  }

  #askForSignals(): void {
    const { asked, heard } = rescueWords;
    const before = Atomics.add(this.#words, asked, 1);
    Atomics.wait(this.#words, heard, before, sliceMs);
  }

  #stand(longestMs: number): void {
    if (this.isOver) return;
    const { word, blocked, blind } = rescueWords;
    const fromMs = systemClock.nowMs();
    const isBlind = Atomics.load(this.#words, blind) !== 0;
    // A first stretch is over soon, whoever calls.
    Atomics.store(this.#words, blocked, Number.isFinite(longestMs) ? 0 : 1);
    const untilMs = fromMs + (isBlind ? Math.min(longestMs, blindStretchMs) : longestMs);
    while (!this.isOver && Atomics.load(this.#words, word) === heldWord && systemClock.nowMs() < untilMs) {
      const leftMs = Math.min(untilMs, this.#untilMs) - systemClock.nowMs();
      const slice = Math.max(0, Math.min(sliceMs, leftMs));
      if (this.#by === 'spin') this.#spin(slice);
      else Atomics.wait(this.#words, word, heldWord, slice);
    }
    Atomics.store(this.#words, blocked, 0);
    this.#stoodStillMs += systemClock.nowMs() - fromMs;
    const asked = Atomics.compareExchange(this.#words, word, breatheWord, heldWord) === breatheWord;
    this.#standAfter(asked ? longBreathMs : shortBreathMs, Number.POSITIVE_INFINITY);
  }

  #spin(forMs: number): void {
    const untilMs = systemClock.nowMs() + forMs;
    while (systemClock.nowMs() < untilMs && Atomics.load(this.#words, rescueWords.word) === heldWord);
  }
}
