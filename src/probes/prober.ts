import type { ProberOptions } from './prober-options.js';
import { Ticker } from './ticker.js';

/** Longest wait, when the prober ends, for user functions that ignore their signal. */
const endLimitMs = 1_000;

/** Asks probes until it is disposed, which stops the ticks, aborts what is in flight without a sample and waits for it. */
export interface Prober extends AsyncDisposable {
  /** While on, a failed attempt is followed at once by another, up to the probe's `retries`. At first off. */
  setRetrying(on: boolean): void;
}

/**
 * Asks each probe at fixed times from now on, in an open loop: a slow answer delays no later ask, and latency counts
 * from the intended start. What becomes of a tick:
 *
 * - asked and answered: `passed` or `failed`, with the time from its intended start to the answer;
 * - asked, but no answer within the probe's time limit: `timeout`, with the limit as its latency. The ask is aborted;
 * - not asked, because the event loop was blocked until the next tick was due (or the time limit had passed):
 *   `overrun`, with its lateness as latency. Being late by no more than 50 ms never counts as blocked;
 * - not asked, because as many asks of an `overlapping` probe as it may have (10 unless it says otherwise) were in flight: `overrun`, with the time limit as latency,
 *   because users who came then would have waited no shorter. Zero would make an outage look fast.
 *
 * A tick of a `shared` probe that is due while a call runs takes that call's answer. A call that passes the time limit
 * of the tick that started it is aborted and its answer no longer counts: ticks that are due before it has really ended
 * wait for their own limit and are `timeout`. So one hung function is one call, never a pile of them, and the next
 * tick after its end calls anew.
 */
export function startProber(options: ProberOptions): Prober {
  const { probes, clock, signal } = options;
  const state = { retrying: false };
  const firstDueAtMs = clock.nowMs();
  const tickers = probes.map((probe) => new Ticker(probe, options, state));
  const stop = () => {
    for (const ticker of tickers) ticker.stop();
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const loops = tickers.map((ticker) => ticker.run(firstDueAtMs));
  return {
    setRetrying(on) {
      state.retrying = on;
    },
    async [Symbol.asyncDispose]() {
      signal.removeEventListener('abort', stop);
      stop();
      const allEnded = new AbortController();
      const ended = Promise.all([...loops, ...tickers.map((ticker) => ticker.ended())]).then(() =>
        allEnded.abort(),
      );
      const limit = clock.sleep(endLimitMs, allEnded.signal).catch(() => undefined);
      await Promise.race([ended, limit]);
    },
  };
}
