import type { HttpRegistry } from '../http/http-registry.js';
import { httpMetricsView, httpRoutes } from '../http/http-routes.js';
import type { ProxyToxic } from '../proxy-toxic.js';
import { misfit, protocolOf } from '../toxics/misfit.js';
import { toxicKinds } from '../toxics/toxic-kinds.js';
import { empty, json } from './answer.js';
import { badBody, proxyNotFound, toxicNotFound } from './api-error.js';
import { objectBody } from './body-fields.js';
import { connectionsRoutes } from './connections-routes.js';
import type { EventStream } from './event-stream.js';
import { proxiesRoutes } from './proxies-routes.js';
import type { AnyProxy, ProxyRegistry } from './proxy-registry.js';
import type { ApiRequest, Route } from './route.js';
import { attributesFor, changedToxic, newToxic } from './toxic-body.js';
import { udpMetricsView } from './udp-metrics-view.js';
import { ownToxicView } from './views.js';

/** What Toxiproxy does not have, under a path of our own, so that its clients never meet it. */
export function ownRoutes(
  registry: ProxyRegistry,
  http: HttpRegistry,
  version: string,
  events: EventStream,
): readonly Route[] {
  const proxyOf = ({ parts }: ApiRequest): AnyProxy => {
    const proxy = registry.get(parts[0] ?? '');
    if (proxy === undefined) throw proxyNotFound();
    return proxy;
  };
  const toxicOf = (request: ApiRequest): ProxyToxic => {
    const toxic = proxyOf(request).toxic(request.parts[1] ?? '');
    if (toxic === undefined) throw toxicNotFound();
    return toxic;
  };
  const viewOf = (proxy: AnyProxy, toxic: ProxyToxic) => ownToxicView(toxic, hitsOf(proxy, toxic.name));
  const proxyViewOf = (proxy: AnyProxy) => ({
    name: proxy.name,
    protocol: proxy.protocol,
    listen: proxy.listen,
    upstream: proxy.upstream,
    enabled: proxy.enabled,
    toxics: proxy.toxics.map((toxic) => viewOf(proxy, toxic)),
  });

  return [
    { path: '/chaosx/version', methods: { GET: () => json(200, { version }) } },
    { path: '/chaosx/toxics', methods: { GET: () => json(200, kindViews()) } },
    {
      path: '/chaosx/metrics',
      methods: {
        GET: () => json(200, [...registry.all.map(metricsView), ...http.all.map(httpMetricsView)]),
      },
    },
    ...proxiesRoutes(registry, http, proxyViewOf),
    ...httpRoutes(http),
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
          const spec = newToxic(body, 'own', (name) => proxy.toxic(name) !== undefined);
          const problem = misfit(spec.kind, proxy.protocol);
          if (problem !== null) throw badBody(problem);
          const toxic = proxy.addToxic(spec);
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
    ...connectionsRoutes(registry, http),
  ];
}

function kindViews() {
  return [...toxicKinds.values()].map((kind) => ({
    type: kind.type,
    protocol: protocolOf(kind),
    classic: kind.isClassic,
    attributes: Object.fromEntries(attributesFor(kind, 'own')),
  }));
}

/** Bytes as they flow, and injected apart from real failures. */
function metricsView(proxy: AnyProxy) {
  if (proxy.protocol === 'udp')
    return { proxy: proxy.name, protocol: 'udp', ...udpMetricsView(proxy.stats()) };
  const { connections, openConnections, bytesFromTarget, bytesToTarget, byToxic } = proxy.counters.stats();
  return {
    proxy: proxy.name,
    protocol: 'tcp',
    connections,
    open_connections: openConnections,
    dial_failures: proxy.counters.dialFailures,
    bytes_upstream: bytesFromTarget,
    bytes_downstream: bytesToTarget,
    toxics: byToxic,
  };
}

/** What a toxic acted on so far: chunks of connections, or datagrams of sessions. */
function hitsOf(proxy: AnyProxy, toxic: string): Readonly<Record<string, number>> {
  if (proxy.protocol === 'tcp') return proxy.counters.stats().byToxic[toxic] ?? { connections: 0, chunks: 0 };
  const { sessions = 0, datagrams = 0 } = proxy.byToxic[toxic] ?? {};
  return { connections: sessions, datagrams };
}
