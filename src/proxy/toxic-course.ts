import { systemClock } from '../model/system-clock.js';
import type { ProxyToxic } from './proxy-toxic.js';

const rampStepMs = 50;

/** Lets a toxic come on gradually and go by itself, as it was asked to. */
export class ToxicCourse implements Disposable {
  #ramp: NodeJS.Timeout | undefined;
  #end: NodeJS.Timeout | undefined;

  constructor(toxic: ProxyToxic, onRamped: () => void, onOver: () => void) {
    const { rampMs, durationMs } = toxic.spec;
    const beganMs = systemClock.nowMs();
    if (rampMs !== undefined) {
      this.#ramp = setInterval(() => {
        const share = Math.min(1, (systemClock.nowMs() - beganMs) / rampMs);
        if (share >= 1) clearInterval(this.#ramp);
        toxic.ramp(share);
        onRamped();
      }, rampStepMs).unref();
    }
    if (durationMs !== undefined) this.#end = setTimeout(onOver, durationMs).unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#ramp);
    clearTimeout(this.#end);
  }
}
