import type { Clock } from '../model/clock.js';
import type { Aftermath } from '../model/evidence.js';

/** What takes a moment to pass (a full queue, a stall of this machine) is over by then. */
const lookForMs = 5_000;
const fewestLooks = 5;
const againMs = 200;

/**
 * Looks after a revert until a look sees that all is back, or the time limit has passed. `back` is then `no` only when
 * several looks in all that time saw the effect for certain; looks that were not certain count neither way.
 *
 * @throws the signal's reason when aborted
 */
export async function lookUntilBack(
  look: (signal: AbortSignal) => Promise<Aftermath>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Aftermath> {
  const startedMs = clock.nowMs();
  let seenStill: Aftermath | null = null;
  let times = 0;
  for (let looks = 1; ; looks += 1) {
    const seen = await look(signal);
    if (seen.back === 'yes') return seen;
    if (seen.back === 'no') {
      seenStill = seen;
      times += 1;
    }
    if (looks >= fewestLooks && clock.nowMs() - startedMs >= lookForMs) {
      return seenStill !== null && times >= fewestLooks ? seenStill : { ...seen, back: 'unknown' };
    }
    await clock.sleep(againMs, signal);
  }
}
