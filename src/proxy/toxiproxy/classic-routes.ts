import type { FaultProxy } from '../fault-proxy.js';
import type { ProxyToxic } from '../proxy-toxic.js';
import { empty, failure, json, jsonText } from './answer.js';
import { ApiError, proxyNotFound, toxicNotFound } from './api-error.js';
import { objectBody } from './body-fields.js';
import { newProxies, newProxy, proxyChanges } from './proxy-body.js';
import type { AnyProxy, ProxyRegistry } from './proxy-registry.js';
import type { ApiRequest, Route } from './route.js';
import { changedToxic, newToxic } from './toxic-body.js';
import { proxyView, toxicView, toxicViews } from './views.js';

/** The version of Toxiproxy whose behaviour this is. Its clients choose by it how they talk to us. */
const toxiproxyVersion = '2.12.0';

/** Toxiproxy's own paths. */
export function classicRoutes(registry: ProxyRegistry): readonly Route[] {
  const proxyOf = ({ parts }: ApiRequest): FaultProxy => {
    const proxy = registry.getClassic(parts[0] ?? '');
    if (proxy === undefined) throw proxyNotFound();
    return proxy;
  };
  const toxicOf = (request: ApiRequest): ProxyToxic => {
    const toxic = proxyOf(request).toxic(request.parts[1] ?? '');
    if (toxic?.spec.isClassic !== true) throw toxicNotFound();
    return toxic;
  };

  const updateProxy = async (request: ApiRequest) => {
    const proxy = proxyOf(request);
    await registry.update(proxy, proxyChanges(await request.text()));
    return json(200, proxyView(proxy));
  };
  const updateToxic = async (request: ApiRequest) => {
    const [proxy, toxic] = [proxyOf(request), toxicOf(request)];
    const { settings, toxicity } = changedToxic(toxic, objectBody(await request.text()), 'classic');
    await proxy.changeToxic(toxic, settings, toxicity);
    return json(200, toxicView(toxic));
  };

  return [
    {
      path: '/version',
      methods: {
        GET: () => ({
          status: 200,
          headers: { 'Content-Type': 'application/json;charset=utf-8' },
          body: `{"version": "${toxiproxyVersion}"}\n`,
        }),
      },
    },
    {
      path: '/proxies',
      methods: {
        GET: () => {
          // Not an object: that would put names that look like numbers first.
          const entries = registry.allClassic.map(
            (proxy) => `${JSON.stringify(proxy.name)}:${JSON.stringify(proxyView(proxy))}`,
          );
          return jsonText(200, `{${entries.join(',')}}`);
        },
        POST: async (request) => {
          const proxy = await registry.create(newProxy(await request.text(), 'classic'));
          return json(201, proxyView(proxy));
        },
      },
    },
    {
      path: '/populate',
      methods: { POST: async (request) => await populate(registry, await request.text()) },
    },
    {
      path: '/reset',
      methods: {
        POST: async () => {
          await registry.reset();
          return empty(204);
        },
      },
    },
    {
      path: '/proxies/*',
      methods: {
        GET: (request) => json(200, proxyView(proxyOf(request))),
        POST: updateProxy,
        PATCH: updateProxy,
        DELETE: async (request) => {
          await registry.delete(proxyOf(request));
          return empty(204);
        },
      },
    },
    {
      path: '/proxies/*/toxics',
      methods: {
        GET: (request) => json(200, toxicViews(proxyOf(request))),
        POST: async (request) => {
          const proxy = proxyOf(request);
          const isTaken = (name: string) => proxy.toxic(name) !== undefined;
          const spec = newToxic(objectBody(await request.text()), 'classic', isTaken);
          return json(200, toxicView(proxy.addToxic(spec)));
        },
      },
    },
    {
      path: '/proxies/*/toxics/*',
      methods: {
        GET: (request) => json(200, toxicView(toxicOf(request))),
        POST: updateToxic,
        PATCH: updateToxic,
        DELETE: async (request) => {
          await proxyOf(request).removeToxic(toxicOf(request));
          return empty(204);
        },
      },
    },
  ];
}

/** Makes all proxies of a list, or says which were made before one could not be. */
async function populate(registry: ProxyRegistry, text: string) {
  const done: AnyProxy[] = [];
  const views = () => (done.length === 0 ? null : done.map(proxyView));
  try {
    for (const spec of newProxies(text, 'classic')) done.push(await registry.createOrKeep(spec));
  } catch (error) {
    if (!(error instanceof ApiError)) return failure(error);
    return json(error.status, { error: error.message, status: error.status, proxies: views() });
  }
  return json(201, { proxies: views() });
}
