import { markInjected } from './injected-error.js';
import { inNextTurn } from './next-turn.js';
import type { PlatformHit, Failure } from './platform-call.js';

/**
 * Rejects as `fetch` does: with the reason of an AbortSignal itself, or with `TypeError: fetch failed` whose cause is
 * the error. The body of a lost reply is cancelled, so that its connection is not held.
 */
export function failFetch(call: PlatformHit, { error, ofUser, moment, felt }: Failure): unknown {
  const reason =
    ofUser || error instanceof DOMException
      ? error
      : markInjected(new TypeError('fetch failed', { cause: error }));
  const fail = (): never => {
    felt();
    throw reason;
  };
  return call.observe(() => {
    if (moment === 'before') return new Promise<void>(inNextTurn).then(fail);
    return (call.proceed() as Promise<Response>).then(async (reply) => {
      if (call.delays.isOver()) return reply;
      await reply.body?.cancel().catch(() => undefined);
      return fail();
    });
  });
}
