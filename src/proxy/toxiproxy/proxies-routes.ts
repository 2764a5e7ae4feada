import type { HttpRegistry } from '../http/http-registry.js';
import { changeHttpProxyBy, createHttpProxyBy, httpProxyView } from '../http/http-routes.js';
import { empty, json } from './answer.js';
import { proxyNotFound } from './api-error.js';
import { jsonBody, textField } from './body-fields.js';
import { newProxy, proxyChanges } from './proxy-body.js';
import type { AnyProxy, ProxyRegistry } from './proxy-registry.js';
import type { JsonObject } from './read-json.js';
import type { ApiRequest, Route } from './route.js';

/**
 * Proxies of all protocols.
 *
 * @param viewOf - shows one that does not know HTTP
 */
export function proxiesRoutes(
  registry: ProxyRegistry,
  http: HttpRegistry,
  viewOf: (proxy: AnyProxy) => { readonly name: string },
): readonly Route[] {
  const proxyOf = ({ parts }: ApiRequest): AnyProxy => {
    const proxy = registry.get(parts[0] ?? '');
    if (proxy === undefined) throw proxyNotFound();
    return proxy;
  };
  const httpOf = ({ parts }: ApiRequest) => http.get(parts[0] ?? '');
  return [
    {
      path: '/chaosx/proxies',
      methods: {
        GET: () => {
          const views = [...registry.all.map(viewOf), ...http.all.map(httpProxyView)];
          return json(
            200,
            views.sort((a, b) => (a.name < b.name ? -1 : 1)),
          );
        },
        POST: async (request) => {
          const text = await request.text();
          if (protocolIn(text) !== 'http') {
            return json(201, viewOf(await registry.create(newProxy(text, 'own'))));
          }
          const again = { ...request, text: () => Promise.resolve(text) };
          return await createHttpProxyBy(again, http, (name) => registry.get(name) !== undefined);
        },
      },
    },
    {
      path: '/chaosx/proxies/*',
      methods: {
        GET: (request) => {
          const proxy = httpOf(request);
          return json(200, proxy === undefined ? viewOf(proxyOf(request)) : httpProxyView(proxy));
        },
        PATCH: async (request) => {
          const httpProxy = httpOf(request);
          if (httpProxy !== undefined) return await changeHttpProxyBy(request, httpProxy);
          const proxy = proxyOf(request);
          await registry.update(proxy, proxyChanges(await request.text()));
          return json(200, viewOf(proxy));
        },
        DELETE: async (request) => {
          const proxy = httpOf(request);
          if (proxy === undefined) await registry.delete(proxyOf(request));
          else await http.delete(proxy);
          return empty(204);
        },
      },
    },
  ];
}

function protocolIn(text: string): string | undefined {
  const body = jsonBody(text);
  return body instanceof Map ? textField(body as JsonObject, 'protocol') : undefined;
}
