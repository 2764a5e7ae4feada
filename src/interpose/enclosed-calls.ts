import { AsyncLocalStorage } from 'node:async_hooks';

/** One for ever: each further one makes every `await` of the process slower. */
const insideFetch = new AsyncLocalStorage<true>();
let depth = 0;

/**
 * True while the caller runs as part of a platform call that a fault chose from: its connects belong to that call.
 */
export function isEnclosed(): boolean {
  return depth > 0 || insideFetch.getStore() === true;
}

/** Runs a call whose parts are all started before it returns. */
export function enclosedSync(makeCall: () => unknown): unknown {
  depth += 1;
  try {
    return makeCall();
  } finally {
    depth -= 1;
  }
}

/**
 * Runs a fetch, which connects later, in its own asynchronous context. What awaits its answer runs in the context of
 * the program again; listeners of an `http.ClientRequest` would not, which is why this is not done for those.
 */
export function enclosedFetch(makeCall: () => unknown): unknown {
  return insideFetch.run(true, makeCall);
}
