// Programs under test may replace the timers.
const { setImmediate } = globalThis;

/** Calls `act` in a turn of the event loop of its own, as what comes from the network does. */
export function inNextTurn(act: () => void): void {
  setImmediate(act);
}
