import type { RequestOptions } from 'node:http';
import type { CalledPeer } from '../model/scenario-parameters.js';

/** Options as `http.Agent`s of libraries pass them on. */
type AskedOptions = RequestOptions & { readonly _defaultAgent?: unknown };

/** A request as it was asked for, in one of the forms that `http.request` takes. */
export interface AskedRequest {
  /** The arguments before the options. */
  readonly leading: readonly unknown[];
  readonly options: AskedOptions;
  /** Those after them. */
  readonly trailing: readonly unknown[];
  readonly peer: CalledPeer;
  /** Without the query. */
  readonly path: string;
  /** In capitals. */
  readonly httpMethod: string;
}

/**
 * Reads the arguments of `http.request`.
 *
 * @returns null for Unix sockets, and for what the platform refuses with an error of its own
 */
export function askedRequest(args: readonly unknown[], defaultPort: number): AskedRequest | null {
  const url = typeof args[0] === 'string' || args[0] instanceof URL ? parsed(args[0]) : undefined;
  if (url === null) return null;
  const at = url === undefined ? 0 : 1;
  const given = typeof args[at] === 'object' && args[at] !== null;
  const options = (given ? args[at] : {}) as AskedOptions;
  if (options.socketPath) return null;
  const host = options.hostname || options.host || url?.hostname || 'localhost';
  const port = Number(options.port || url?.port || options.defaultPort || defaultPort);
  if (typeof host !== 'string' || Number.isNaN(port) || options.signal?.aborted === true) return null;
  const { path, method = 'GET' } = nulled(options);
  if (typeof method !== 'string') return null;
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return {
    leading: args.slice(0, at),
    options,
    trailing: args.slice(given ? at + 1 : at),
    peer: { host: bare, port },
    path: (typeof path === 'string' ? path : (url?.pathname ?? '/')).replace(/[?#].*$/s, ''),
    httpMethod: method.toUpperCase(),
  };
}

/** As programs really give them: null for what is not wanted, or anything. */
function nulled({ path, method }: { readonly path?: unknown; readonly method?: unknown }) {
  return { path, method: method ?? undefined };
}

function parsed(url: string | URL): URL | null {
  if (typeof url !== 'string') return url;
  return URL.canParse(url) ? new URL(url) : null;
}
