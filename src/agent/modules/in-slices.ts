import { nextTurn } from '../../interpose/next-turn.js';
import { systemClock } from '../../model/system-clock.js';

/** The program has its turn after so long. */
const sliceMs = 10;

/** Acts on one after the other; lets the event loop turn in between whenever 10 ms have passed. */
export async function inSlices<T>(all: Iterable<T>, act: (one: T) => void): Promise<void> {
  let sliceEndsMs = systemClock.nowMs() + sliceMs;
  for (const one of all) {
    act(one);
    if (systemClock.nowMs() < sliceEndsMs) continue;
    await nextTurn();
    sliceEndsMs = systemClock.nowMs() + sliceMs;
  }
}
