/**
 * A signal for one round that aborts with the campaign's. What a round combines with it goes with the round: at a signal
 * that lives for weeks it would pile up.
 */
export function roundSignal(campaign: AbortSignal): Disposable & { readonly signal: AbortSignal } {
  const round = new AbortController();
  const onAbort = () => round.abort(campaign.reason);
  if (campaign.aborted) onAbort();
  else campaign.addEventListener('abort', onAbort, { once: true });
  return {
    signal: round.signal,
    [Symbol.dispose]: () => campaign.removeEventListener('abort', onAbort),
  };
}
