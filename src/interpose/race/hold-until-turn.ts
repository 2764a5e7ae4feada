import type { Delays } from '../delays.js';
import { inNextTurn } from '../next-turn.js';
import type { LanePlace } from './lane.js';

/** How often one whose time has come looks whether it is its turn. */
const lookAgainMs = 1;

/**
 * Calls `act` in a turn of the event loop of its own, as the platform does: after the delay, or when the fault ends, but
 * not before those that came to the lane first.
 */
export function holdUntilTurn(
  delayMs: number,
  place: LanePlace | null,
  delays: Pick<Delays, 'sleep'>,
  act: () => void,
): void {
  const wait = (waitMs: number) => {
    if (waitMs <= 0) inNextTurn(attempt);
    else void delays.sleep(waitMs, null).then(() => inNextTurn(attempt));
  };
  const attempt = () => {
    if (place?.isFirst() === false) return wait(lookAgainMs);
    place?.leave();
    act();
  };
  wait(delayMs);
}
