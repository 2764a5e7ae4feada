import type { CallSubject } from './call-subject.js';

/** Where a fetch goes; null for URLs without a network, what `fetch` itself rejects, and a signal that is aborted. */
export function askedFetch([input, init]: readonly unknown[]): CallSubject | null {
  const url = urlOf(input);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  if (isAborted(init) || isAborted(input) || typeof (init ?? {}) !== 'object') return null;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return {
    peer: { host, port },
    paths: [url.pathname],
    httpMethod: methodOf(init) ?? methodOf(input) ?? 'GET',
  };
}

function urlOf(input: unknown): URL | null {
  if (input instanceof URL) return input;
  const text = typeof input === 'string' ? input : (input as { readonly url?: unknown } | null)?.url;
  return typeof text === 'string' && URL.canParse(text) ? new URL(text) : null;
}

function methodOf(part: unknown): string | undefined {
  const { method } = (part ?? {}) as { readonly method?: unknown };
  return typeof method === 'string' ? method.toUpperCase() : undefined;
}

function isAborted(part: unknown): boolean {
  const { signal } = (part ?? {}) as { readonly signal?: { readonly aborted?: unknown } | null };
  return signal?.aborted === true;
}
