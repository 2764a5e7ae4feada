import { type Answer, empty, json } from '../toxiproxy/answer.js';
import { ApiError, badBody, proxyNotFound } from '../toxiproxy/api-error.js';
import type { ApiRequest, Route } from '../toxiproxy/route.js';
import { FieldError, wrong } from './fields.js';
import type { HttpProxy } from './http-proxy.js';
import type { HttpRegistry } from './http-registry.js';
import { httpProxyChanges, httpProxyFrom } from './proxy-fields.js';
import type { ProxyRule } from './proxy-rule.js';
import { ruleFrom, rulesFrom } from './rule-fields.js';

/**
 * Makes a proxy that knows HTTP.
 *
 * @param isTaken - whether another kind of proxy has a name
 * @throws ApiError
 */
export async function createHttpProxyBy(
  request: ApiRequest,
  registry: HttpRegistry,
  isTaken: (name: string) => boolean,
): Promise<Answer> {
  const spec = await read(request, httpProxyFrom);
  if (isTaken(spec.name)) throw new ApiError(409, 'proxy already exists');
  return json(201, httpProxyView(await registry.create(spec)));
}

/** @throws ApiError */
export async function changeHttpProxyBy(request: ApiRequest, proxy: HttpProxy): Promise<Answer> {
  await proxy.update(await read(request, httpProxyChanges));
  return json(200, httpProxyView(proxy));
}

/** The rules of proxies that know HTTP. */
export function httpRoutes(registry: HttpRegistry): readonly Route[] {
  const proxyOf = ({ parts }: ApiRequest): HttpProxy => {
    const proxy = registry.get(parts[0] ?? '');
    if (proxy === undefined) throw proxyNotFound();
    return proxy;
  };
  const ruleOf = (request: ApiRequest): ProxyRule => {
    const rule = proxyOf(request).rule(request.parts[1] ?? '');
    if (rule === undefined) throw new ApiError(404, 'rule not found');
    return rule;
  };

  return [
    {
      path: '/chaosx/proxies/*/rules',
      methods: {
        GET: (request) => json(200, proxyOf(request).rules.map(ruleView)),
        POST: async (request) => {
          const proxy = proxyOf(request);
          const rule = await read(request, (body) => ruleFrom(body, ''));
          if (rule.name !== undefined && proxy.rule(rule.name) !== undefined) {
            throw new ApiError(409, 'rule already exists');
          }
          return json(201, ruleView(proxy.addRule(rule)));
        },
        PUT: async (request) => {
          const proxy = proxyOf(request);
          const rules = await read(request, (body) => rulesFrom(body, 'rules'));
          for (const rule of proxy.rules) proxy.removeRule(rule);
          return json(
            200,
            rules.map((rule) => ruleView(proxy.addRule(rule))),
          );
        },
      },
    },
    {
      path: '/chaosx/proxies/*/rules/*',
      methods: {
        GET: (request) => json(200, ruleView(ruleOf(request))),
        PUT: async (request) => {
          const [proxy, rule] = [proxyOf(request), ruleOf(request)];
          proxy.changeRule(rule, await read(request, (body) => ruleFrom(body, '')));
          return json(200, ruleView(rule));
        },
        PATCH: async (request) => {
          const [proxy, rule] = [proxyOf(request), ruleOf(request)];
          proxy.changeRule(rule, await read(request, (body) => ruleFrom(merged(rule, body), '')));
          return json(200, ruleView(rule));
        },
        DELETE: (request) => {
          proxyOf(request).removeRule(ruleOf(request));
          return empty(204);
        },
      },
    },
  ];
}

/** What passed, and what rules did. */
export function httpMetricsView({ name, counters, passedBytes }: HttpProxy) {
  return {
    proxy: name,
    protocol: 'http',
    connections: counters.connections,
    open_connections: counters.openConnections,
    dial_failures: counters.dialFailures,
    bytes_upstream: passedBytes.upstream,
    bytes_downstream: passedBytes.downstream,
    requests: counters.requests,
    by_status: counters.byStatus,
    resets: counters.resets,
    not_http: counters.notHttp,
  };
}

/** A proxy, its rules and what they met. */
export function httpProxyView(proxy: HttpProxy) {
  const { name, listen, upstream, enabled, url, rules } = proxy;
  const { proxy: _name, protocol, ...counters } = httpMetricsView(proxy);
  return { name, protocol, listen, upstream, enabled, url, rules: rules.map(ruleView), counters };
}

function ruleView({ name, rule, matched, fired }: ProxyRule) {
  return { name, ...rule, matched, fired };
}

/** The fields of a body in the place of a rule's; null takes one away. */
function merged({ rule }: ProxyRule, body: unknown): unknown {
  if (typeof body !== 'object' || body === null) throw wrong('', 'an object', body);
  const changes = Object.entries({ ...rule, ...body });
  return Object.fromEntries(changes.filter(([, value]) => value !== null));
}

/** @throws ApiError 400 */
async function read<T>(request: ApiRequest, from: (body: unknown) => T): Promise<T> {
  const text = await request.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw badBody((error as Error).message);
  }
  try {
    return from(body);
  } catch (error) {
    if (error instanceof FieldError) throw badBody(error.message);
    throw error;
  }
}
