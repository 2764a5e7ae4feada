import type { DialAnswer, Dialer, DialRequest } from '../model/dialer.js';

/**
 * Dials through several dialers: the first connects to where the socket wants, each further one to the port of the one
 * before it. So faults of each act on the same connection.
 *
 * @param dialers - at least one
 * @returns the answer of the last, which the socket is to connect to; else the first that is not `connected`
 */
export async function dialThrough(
  dialers: readonly Dialer[],
  request: DialRequest,
  signal: AbortSignal,
): Promise<DialAnswer> {
  let next = request;
  let answer: DialAnswer = { outcome: 'unavailable' };
  let before: { readonly dialer: Dialer; readonly dial: number } | undefined;
  for (const dialer of dialers) {
    answer = await dialer.dial(next, signal);
    if (answer.outcome !== 'connected') {
      before?.dialer.abandon(before.dial);
      return answer;
    }
    before?.dialer.claim(before.dial, answer.localPort);
    before = { dialer, dial: answer.dial };
    next = { addresses: [{ address: '127.0.0.1', family: 4 }], port: dialer.port, peer: request.peer };
  }
  return answer;
}
