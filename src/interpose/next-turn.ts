import { setImmediate } from '../model/real-timers.js';

/** Resolves in the next turn of the event loop: what waits has its turn before. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Calls `act` in a turn of the event loop of its own, as what comes from the network does. */
export function inNextTurn(act: () => void): void {
  setImmediate(act);
}
