import type { ClockSight } from '../../model/clock-change.js';
import type { Clock } from '../../model/clock.js';
import type { Evidence } from '../../model/evidence.js';
import type { ClockEffect } from './clock-effect.js';
import { clockEvidence, isOff } from './clock-evidence.js';
import { clockSpeeds } from './clock-speeds.js';

const shortestLookMs = 400;
const longestLookMs = 3_000;
/** What a clock has to gain or lose in a look, so that it is told from noise. */
const toldByMs = 20;
const mostTries = 5;

/** Looks at clocks that a fault has changed. */
export class ClockWatch {
  readonly #effect: ClockEffect;
  readonly #clock: Clock;
  readonly #sight: (signal: AbortSignal) => Promise<ClockSight>;
  #wasOff = false;

  constructor(effect: ClockEffect, clock: Clock, sight: (signal: AbortSignal) => Promise<ClockSight>) {
    this.#effect = effect;
    this.#clock = clock;
    this.#sight = sight;
  }

  async look(signal: AbortSignal): Promise<Evidence> {
    const { rate, offsetMs } = this.#effect;
    const lookMs =
      offsetMs === null ? Math.max(shortestLookMs, toldByMs / Math.abs(rate - 1)) : shortestLookMs;
    let from = await this.#see(signal);
    for (let tries = 1; ; tries += 1) {
      await this.#clock.sleep(Math.min(longestLookMs, lookMs), signal);
      const to = await this.#see(signal);
      // A thread that came or went leaves no speed to be told, but what its clock is off by.
      const isTold = clockSpeeds(from, to) !== null || isOff(this.#effect, to);
      if (isTold || to.inPlace === 0 || tries === mostTries)
        return clockEvidence(this.#effect, { from, to, wasOff: this.#wasOff });
      // A thread came or went.
      from = to;
    }
  }

  async #see(signal: AbortSignal): Promise<ClockSight> {
    const sight = await this.#sight(signal);
    this.#wasOff ||= isOff(this.#effect, sight);
    return sight;
  }
}
