import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { ToxiproxyServer } from '../src/proxy/index.js';
import { Wire } from './http-raw.js';
import { fateOf, startUpstream } from './network-servers.js';
import { ask } from './toxiproxy-fixture.js';

interface View {
  readonly name: string;
  readonly url: string;
  readonly listen: string;
  readonly rules: readonly { readonly name: string; readonly matched: number; readonly fired: number }[];
  readonly counters: object;
}

/** A server with an HTTP proxy `shop` in front of an upstream. */
async function open() {
  const upstream = await startUpstream();
  const server = await ToxiproxyServer.listen({ port: 0, seed: 1, metrics: { proxy: true, runtime: false } });
  const call = async (method: string, path: string, body?: unknown) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await ask(server.address.port, method, path, text);
    return { status: answer.status, body: answer.body === '' ? null : (JSON.parse(answer.body) as unknown) };
  };
  const address = `127.0.0.1:${upstream.port}`;
  const shop = { protocol: 'http', name: 'shop', upstream: address };
  const made = await call('POST', '/chaosx/proxies', shop);
  return {
    call,
    metrics: async () => (await ask(server.address.port, 'GET', '/metrics')).body,
    address,
    shop,
    made,
    url: (made.body as View).url,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

test('a proxy and its rules, from making to deleting', async () => {
  await using api = await open();
  const { call, url } = api;
  expect(api.made.status).toBe(201);
  expect(api.made.body).toMatchObject({ name: 'shop', protocol: 'http', enabled: true, rules: [] });
  const status = async (path = '/') => (await fetch(url + path)).status;
  expect(await status()).toBe(200);

  const rule = { name: 'down', match: { path: '/o/*' }, fault: { type: 'status', status: 503 } };
  expect(await call('POST', '/chaosx/proxies/shop/rules', rule)).toEqual({
    status: 201,
    body: { ...rule, matched: 0, fired: 0 },
  });
  expect([await status('/o/1'), await status('/p')]).toEqual([503, 200]);
  expect((await call('POST', '/chaosx/proxies/shop/rules', rule)).status).toBe(409);

  const changed = { fault: { type: 'status', status: 418 }, match: null };
  expect((await call('PATCH', '/chaosx/proxies/shop/rules/down', changed)).body).toEqual({
    name: 'down',
    fault: { type: 'status', status: 418 },
    matched: 1,
    fired: 1,
  });
  expect(await status('/p')).toBe(418);
  expect((await call('PUT', '/chaosx/proxies/shop/rules/down', rule)).status).toBe(200);
  expect([await status('/o/1'), await status('/p')]).toEqual([503, 200]);

  expect((await call('GET', '/chaosx/proxies/shop')).body).toMatchObject({
    rules: [{ name: 'down', matched: 3, fired: 3 }],
    counters: { requests: 6, by_status: { 200: 3, 418: 1, 503: 2 } },
  });
  expect((await call('GET', '/chaosx/metrics')).body).toMatchObject([
    { proxy: 'shop', protocol: 'http', requests: 6 },
  ]);

  const rules = [{ fault: { type: 'abort' } }, { name: 'last', fault: { type: 'delay', ms: 1 } }];
  expect((await call('PUT', '/chaosx/proxies/shop/rules', rules)).body).toMatchObject([
    { name: 'abort' },
    { name: 'last' },
  ]);
  expect((await call('DELETE', '/chaosx/proxies/shop/rules/abort')).status).toBe(204);
  expect((await call('GET', '/chaosx/proxies/shop/rules')).body).toMatchObject([{ name: 'last' }]);
  expect((await call('GET', '/chaosx/proxies/shop/rules/abort')).body).toEqual({
    error: 'rule not found',
    status: 404,
  });

  expect((await call('PATCH', '/chaosx/proxies/shop', { enabled: false })).body).toMatchObject({
    enabled: false,
  });
  await expect(fetch(url)).rejects.toThrow('fetch failed');
  expect((await call('PATCH', '/chaosx/proxies/shop', { enabled: true })).body).toMatchObject({
    enabled: true,
    url,
  });
  expect(await status()).toBe(200);
  expect((await call('DELETE', '/chaosx/proxies/shop')).status).toBe(204);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
  expect((await call('GET', '/chaosx/proxies/shop')).status).toBe(404);
});

test('its connections are listed, counted, and ended one by one', async () => {
  await using api = await open();
  const { listen } = api.made.body as View;
  const client = async () => {
    const wire = new Wire(connect({ host: '127.0.0.1', port: Number(listen.split(':')[1]) }));
    await once(wire.socket, 'connect');
    wire.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await wire.untilText('stock');
    return wire;
  };
  const [first, second] = [await client(), await client()];
  first.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await first.until(({ text }) => text.split('stock').length === 3);
  const path = '/chaosx/proxies/shop/connections';
  const listed = (await api.call('GET', path)).body;
  expect(listed).toMatchObject([
    { number: 0, client: `127.0.0.1:${first.socket.localPort}`, bytes_upstream: 54, requests: 2 },
    { number: 1, bytes_upstream: 27, bytes_downstream: second.text.length, requests: 1 },
  ]);
  const fate = fateOf(first.socket);
  expect((await api.call('DELETE', `${path}/0`)).status).toBe(204);
  expect(await fate).toBe('ECONNRESET');
  expect((await api.call('DELETE', `${path}/1?how=close`)).status).toBe(204);
  expect(await second.untilEnd()).toBe('end');
  await expect.poll(async () => (await api.call('GET', path)).body).toEqual([]);
  expect((await api.call('DELETE', `${path}/1`)).status).toBe(404);

  await api.call('POST', '/chaosx/proxies/shop/rules', { fault: { type: 'status', status: 503 } });
  expect((await fetch(api.url)).status).toBe(503);
  const text = await api.metrics();
  const labels = `proxy="shop",listener="${listen}",upstream="${api.address}"`;
  for (const line of [
    `chaosx_http_connections_total{${labels}} 3`,
    `chaosx_http_requests_total{${labels}} 4`,
    `chaosx_http_answers_total{status="200",${labels}} 3`,
    `chaosx_http_answers_total{status="503",${labels}} 1`,
    `chaosx_http_rules_fired_total{rule="status",${labels}} 1`,
    `chaosx_http_sent_bytes_total{direction="upstream",${labels}} 81`,
    '# TYPE chaosx_http_open_connections gauge',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).not.toContain('chaosx_udp');
});

test("Toxiproxy's answers know nothing of it; its name is taken all the same, and a reset frees it of its rules", async () => {
  await using api = await open();
  const { call } = api;
  await call('POST', '/chaosx/proxies/shop/rules', { fault: { type: 'abort' } });
  expect(await call('GET', '/proxies')).toEqual({ status: 200, body: {} });
  expect((await call('GET', '/proxies/shop')).status).toBe(404);
  const classic = { name: 'shop', listen: '127.0.0.1:0', upstream: api.address };
  expect((await call('POST', '/proxies', classic)).status).toBe(409);
  expect((await call('POST', '/proxies', { ...classic, name: 'other' })).status).toBe(201);
  expect((await call('POST', '/chaosx/proxies', { ...api.shop, name: 'other' })).status).toBe(409);
  expect((await call('POST', '/reset')).status).toBe(204);
  expect((await call('GET', '/chaosx/proxies/shop/rules')).body).toEqual([]);
});

test('a change that cannot be is told, and the rule stays as it was', async () => {
  await using api = await open();
  const { call } = api;
  await call('POST', '/chaosx/proxies/shop/rules', { name: 'r', fault: { type: 'delay', ms: 1 } });
  const wrongs = [
    await call('PATCH', '/chaosx/proxies/shop/rules/r', { fault: { type: 'delay' } }),
    await call('PUT', '/chaosx/proxies/shop/rules', [{ fault: { type: 'abort' } }, {}]),
    await call('POST', '/chaosx/proxies', { ...api.shop, name: 'x', tls: { cert: 'a', key: 'b' } }),
  ];
  expect(wrongs.map(({ status }) => status)).toEqual([400, 400, 400]);
  expect((await call('GET', '/chaosx/proxies/shop/rules')).body).toMatchObject([
    { name: 'r', fault: { ms: 1 } },
  ]);
  const taken = await call('POST', '/chaosx/proxies', {
    ...api.shop,
    name: 'y',
    listen: new URL(api.url).host,
  });
  expect(taken.status).toBe(500);
  expect(taken.body).toMatchObject({ error: expect.stringContaining('address already in use') });
});

test('what is wrong with a rule is said, and where', async () => {
  await using api = await open();
  const fault = { type: 'status', status: 500 };
  const bodies: readonly unknown[] = [
    'not json',
    [],
    null,
    {},
    { fault: 7 },
    { fault: {} },
    { fault: { type: 'stauts' } },
    { fault, probabilty: 1 },
    { fault, probability: 1.5 },
    { fault, probability: '1' },
    { fault, firstN: 0 },
    { fault, everyNth: 1.5 },
    { fault, durationMs: 1e12 },
    { fault, name: 'a/b' },
    { fault, match: { path: 'orders' } },
    { fault, match: { method: 'get' } },
    { fault, match: { method: ['GET', 7] } },
    { fault, match: { header: { 'bad name': 'x' } } },
    { fault, match: { header: { a: 1 } } },
    { fault, match: { pth: '/' } },
    { fault: { type: 'status' } },
    { fault: { type: 'status', status: 700 } },
    { fault: { type: 'status', status: 200, reason: 'a\r\nb' } },
    { fault: { type: 'status', status: 200, headers: { 'Content-Length': '3' } } },
    { fault: { type: 'status', status: 200, headers: { a: 'x\r\ny: z' } } },
    { fault: { type: 'status', status: 200, moment: 'later' } },
    { fault: { type: 'delay' } },
    { fault: { type: 'delay', ms: -1 } },
    { fault: { type: 'delay', ms: 1, pieceBytes: 5 } },
    { fault: { type: 'abort', moment: 'before', afterBytes: 3 } },
    { fault: { type: 'truncate' } },
    { fault: { type: 'truncate', bytes: 1, share: 0.5 } },
    { fault: { type: 'truncate', share: 2 } },
    { fault: { type: 'alter', body: '', bitErrorRate: 1 } },
    { fault: { type: 'alter', text: { find: '', replace: 'x' } } },
    { fault: { type: 'alter', json: { path: 'a..b', value: 1 } } },
    { fault: { type: 'alter', json: { path: 'a' } } },
    { fault: { type: 'headers' } },
    { fault: { type: 'headers', remove: ['a b'] } },
  ];
  const said: Record<string, unknown> = {};
  for (const body of bodies) {
    const { status, body: answer } = await api.call('POST', '/chaosx/proxies/shop/rules', body);
    expect(status).toBe(400);
    said[typeof body === 'string' ? body : JSON.stringify(body)] = (answer as { error: string }).error;
  }
  expect(said).toMatchSnapshot();
  expect((await api.call('GET', '/chaosx/proxies/shop/rules')).body).toEqual([]);
});

test('a proxy with TLS and rules, made at once', async () => {
  await using api = await open();
  const pem = (name: string) =>
    readFileSync(new URL(`fixtures/tls/localhost-${name}.pem`, import.meta.url), 'utf8');
  const { status, body } = await api.call('POST', '/chaosx/proxies', {
    ...api.shop,
    name: 'secure',
    tls: { cert: pem('cert'), key: pem('key') },
    rules: [{ fault: { type: 'status', status: 503 } }],
  });
  expect([status, (body as View).url.slice(0, 6), (body as View).rules.length]).toEqual([201, 'https:', 1]);
  expect(JSON.stringify(body)).not.toContain('PRIVATE');
  const list = (await api.call('GET', '/chaosx/proxies')).body as readonly View[];
  expect(list.map(({ name }) => name)).toEqual(['secure', 'shop']);
});

test('a configuration may have proxies of both kinds, and is refused where it makes no sense', async () => {
  await using upstream = await startUpstream();
  await using server = await ToxiproxyServer.listen({ port: 0, seed: 1 });
  const address = `127.0.0.1:${upstream.port}`;
  const http = {
    protocol: 'http',
    name: 'shop',
    upstream: address,
    rules: [{ fault: { type: 'status', status: 503 } }],
  };
  const classic = { name: 'db', listen: '127.0.0.1:0', upstream: address };
  const made = await server.populate(JSON.stringify([http, classic]));
  expect(made.map(({ name }) => name)).toEqual(['db', 'shop']);
  const status = await Promise.all(made.map(async ({ listen }) => (await fetch(`http://${listen}`)).status));
  expect(status).toEqual([200, 503]);
  const wrong = [
    { ...classic, name: 'x' },
    { ...http, name: 'y', rules: [{ fault: { type: 'abort', how: 'softly' } }] },
  ];
  await expect(server.populate(JSON.stringify(wrong), 'proxies.json')).rejects.toThrow(
    'proxies.json: expected rules[0].fault.how to be one of reset, close, got "softly", at proxy 2',
  );
});
