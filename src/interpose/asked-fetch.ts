import type { CalledPeer } from '../model/scenario-parameters.js';

/** Where a fetch goes; null for URLs without a network, what `fetch` itself rejects, and a signal that is aborted. */
export function askedFetch([input, init]: readonly unknown[]): CalledPeer | null {
  const url = urlOf(input);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  if (isAborted(init) || isAborted(input)) return null;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)) };
}

function urlOf(input: unknown): URL | null {
  if (input instanceof URL) return input;
  const text = typeof input === 'string' ? input : (input as { readonly url?: unknown } | null)?.url;
  return typeof text === 'string' && URL.canParse(text) ? new URL(text) : null;
}

function isAborted(part: unknown): boolean {
  const { signal } = (part ?? {}) as { readonly signal?: { readonly aborted?: unknown } | null };
  return signal?.aborted === true;
}
