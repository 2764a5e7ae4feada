import type { HttpRegistry } from '../http/http-registry.js';
import type { HttpProxy } from '../http/http-proxy.js';
import { empty, json } from './answer.js';
import { ApiError, proxyNotFound } from './api-error.js';
import type { AnyProxy, ProxyRegistry } from './proxy-registry.js';
import type { ApiRequest, Route } from './route.js';

/** The open connections and sessions of proxies of all protocols. */
export function connectionsRoutes(registry: ProxyRegistry, http: HttpRegistry): readonly Route[] {
  const proxyOf = ({ parts: [name = ''] }: ApiRequest): AnyProxy | HttpProxy => {
    const proxy = registry.get(name) ?? http.get(name);
    if (proxy === undefined) throw proxyNotFound();
    return proxy;
  };
  return [
    {
      path: '/chaosx/proxies/*/connections',
      methods: { GET: (request) => json(200, proxyOf(request).connections.map(connectionView)) },
    },
    {
      path: '/chaosx/proxies/*/connections/*',
      methods: {
        DELETE: (request) => {
          const gently = request.query.get('how') === 'close';
          const isEnded = proxyOf(request).endConnection(Number(request.parts[1]), gently);
          if (!isEnded) throw new ApiError(404, 'connection not found');
          return empty(204);
        },
      },
    },
  ];
}

function connectionView(connection: (AnyProxy | HttpProxy)['connections'][number]) {
  const { number, client, openedMs, bytesUpstream, bytesDownstream } = connection;
  return {
    number,
    client,
    opened_at: new Date(openedMs).toISOString(),
    bytes_upstream: bytesUpstream,
    bytes_downstream: bytesDownstream,
    ...('toxics' in connection ? { toxics: connection.toxics } : { requests: connection.requests }),
  };
}
