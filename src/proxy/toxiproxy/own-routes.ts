import type { FaultProxy } from '../fault-proxy.js';
import type { HttpRegistry } from '../http/http-registry.js';
import { httpMetricsView, httpRoutes } from '../http/http-routes.js';
import type { ProxyToxic } from '../proxy-toxic.js';
import { toxicKinds } from '../toxics/toxic-kinds.js';
import { empty, json } from './answer.js';
import { ApiError, proxyNotFound, toxicNotFound } from './api-error.js';
import { objectBody } from './body-fields.js';
import type { EventStream } from './event-stream.js';
import type { ProxyRegistry } from './proxy-registry.js';
import type { ApiRequest, Route } from './route.js';
import { attributesFor, changedToxic, newToxic } from './toxic-body.js';
import { ownToxicView } from './views.js';

/** What Toxiproxy does not have, under a path of our own, so that its clients never meet it. */
export function ownRoutes(
  registry: ProxyRegistry,
  http: HttpRegistry,
  version: string,
  events: EventStream,
): readonly Route[] {
  const proxyOf = ({ parts }: ApiRequest): FaultProxy => {
    const proxy = registry.get(parts[0] ?? '');
    if (proxy === undefined) throw proxyNotFound();
    return proxy;
  };
  const toxicOf = (request: ApiRequest): ProxyToxic => {
    const toxic = proxyOf(request).toxic(request.parts[1] ?? '');
    if (toxic === undefined) throw toxicNotFound();
    return toxic;
  };
  const viewOf = (proxy: FaultProxy, toxic: ProxyToxic) =>
    ownToxicView(toxic, proxy.counters.stats().byToxic[toxic.name] ?? { connections: 0, chunks: 0 });

  return [
    { path: '/chaosx/version', methods: { GET: () => json(200, { version }) } },
    { path: '/chaosx/toxics', methods: { GET: () => json(200, kindViews()) } },
    {
      path: '/chaosx/metrics',
      methods: {
        GET: () => json(200, [...registry.all.map(metricsView), ...http.all.map(httpMetricsView)]),
      },
    },
    ...httpRoutes(http, (name) => registry.get(name) !== undefined),
    {
      path: '/chaosx/events',
      methods: { GET: () => empty(200) },
      stream: (response) => events.serve(response),
    },
    {
      path: '/chaosx/proxies/*/toxics',
      methods: {
        GET: (request) => {
          const proxy = proxyOf(request);
          return json(
            200,
            proxy.toxics.map((toxic) => viewOf(proxy, toxic)),
          );
        },
        POST: async (request) => {
          const proxy = proxyOf(request);
          const body = objectBody(await request.text());
          const toxic = proxy.addToxic(newToxic(body, 'own', (name) => proxy.toxic(name) !== undefined));
          return json(201, viewOf(proxy, toxic));
        },
      },
    },
    {
      path: '/chaosx/proxies/*/toxics/*',
      methods: {
        GET: (request) => json(200, viewOf(proxyOf(request), toxicOf(request))),
        PATCH: async (request) => {
          const [proxy, toxic] = [proxyOf(request), toxicOf(request)];
          const { settings, toxicity } = changedToxic(toxic, objectBody(await request.text()), 'own');
          await proxy.changeToxic(toxic, settings, toxicity);
          return json(200, viewOf(proxy, toxic));
        },
        DELETE: async (request) => {
          await proxyOf(request).removeToxic(toxicOf(request));
          return empty(204);
        },
      },
    },
    {
      path: '/chaosx/proxies/*/connections',
      methods: { GET: (request) => json(200, connectionViews(proxyOf(request))) },
    },
    {
      path: '/chaosx/proxies/*/connections/*',
      methods: {
        DELETE: (request) => {
          const connection = proxyOf(request).connection(Number(request.parts[1]));
          if (connection === undefined) throw new ApiError(404, 'connection not found');
          if (request.query.get('how') === 'close') connection.close();
          else connection.reset();
          return empty(204);
        },
      },
    },
  ];
}

function kindViews() {
  return [...toxicKinds.values()].map((kind) => ({
    type: kind.type,
    classic: kind.isClassic,
    attributes: Object.fromEntries(attributesFor(kind, 'own')),
  }));
}

function connectionViews(proxy: FaultProxy) {
  return proxy.connections.map(({ number, client, openedMs, bytesUpstream, bytesDownstream, toxics }) => ({
    number,
    client,
    opened_at: new Date(openedMs).toISOString(),
    bytes_upstream: bytesUpstream,
    bytes_downstream: bytesDownstream,
    toxics,
  }));
}

/** Bytes as they flow, and injected apart from real failures. */
function metricsView(proxy: FaultProxy) {
  const { connections, openConnections, bytesFromTarget, bytesToTarget, byToxic } = proxy.counters.stats();
  return {
    proxy: proxy.name,
    connections,
    open_connections: openConnections,
    dial_failures: proxy.counters.dialFailures,
    bytes_upstream: bytesFromTarget,
    bytes_downstream: bytesToTarget,
    toxics: byToxic,
  };
}
