import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { ToxiproxyServer } from '../src/proxy/index.js';
import { ProxyFixture } from './toxiproxy-fixture.js';

const dns = { name: 'dns', protocol: 'udp', listen: '127.0.0.1:0', upstream: '127.0.0.1:9' };

test('a UDP proxy is made, shown and deleted by our own path, and never shows in Toxiproxy’s answers', async () => {
  await using fixture = await ProxyFixture.open();
  const before = await fixture.ask('GET', '/proxies');
  const made = await fixture.ask('POST', '/chaosx/proxies', {
    ...dns,
    toxics: [{ type: 'drop', stream: 'upstream', attributes: { probability: 0.1 }, ramp_ms: 50 }],
  });
  expect(made.status).toBe(201);
  expect(JSON.parse(made.body)).toMatchObject({
    name: 'dns',
    protocol: 'udp',
    listen: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
    enabled: true,
    toxics: [
      {
        name: 'drop_upstream',
        attributes: { probability: 0.1 },
        ramp_ms: 50,
        hits: { connections: 0, datagrams: 0 },
      },
    ],
  });
  expect((await fixture.ask('GET', '/proxies')).body).toBe(before.body);
  expect((await fixture.ask('GET', '/proxies/dns')).status).toBe(404);
  expect((await fixture.ask('DELETE', '/proxies/dns')).status).toBe(404);
  expect((await fixture.ask('POST', '/chaosx/proxies', dns)).status).toBe(409);
  expect((await fixture.ask('POST', '/populate', [dns])).status).toBe(409);
  const all = JSON.parse((await fixture.ask('GET', '/chaosx/proxies')).body) as object[];
  expect(all).toMatchObject([
    { name: 'dns', protocol: 'udp' },
    { name: 'p', protocol: 'tcp' },
  ]);
  expect((await fixture.ask('POST', '/reset')).status).toBe(204);
  expect((await fixture.ask('GET', '/chaosx/proxies/dns/toxics')).body).toBe('[]');
  expect((await fixture.ask('DELETE', '/chaosx/proxies/dns')).status).toBe(204);
  expect((await fixture.ask('GET', '/chaosx/proxies/dns')).status).toBe(404);
});

test('toxics fit the protocol, or it is said which would', async () => {
  await using fixture = await ProxyFixture.open();
  await fixture.ask('POST', '/chaosx/proxies', dns);
  const wrong = await fixture.ask('POST', '/chaosx/proxies/dns/toxics', { type: 'latency' });
  expect(wrong).toMatchObject({
    status: 400,
    body: expect.stringContaining('for UDP there are burst_drop') as string,
  });
  const other = await fixture.ask('POST', '/chaosx/proxies/p/toxics', { type: 'reorder' });
  expect(other).toMatchObject({
    status: 400,
    body: expect.stringContaining('for TCP there are bandwidth') as string,
  });
});

test.each([
  [{ protocol: 'sctp' }, 400, 'protocol'],
  [{ upstream: '' }, 400, 'upstream'],
  [{ upstream: 'localhost' }, 400, 'missing port in address'],
  [{ upstream: 'unix:/tmp/x' }, 400, 'unknown port'],
  [{ listen: '192.0.2.1:0' }, 500, 'listen udp 192.0.2.1:0: bind: cannot assign requested address'],
  [{ listen: 'unix:/tmp/x' }, 500, 'not an address for UDP'],
  [
    { toxics: [{ type: 'drop', attributes: { probability: 2 } }] },
    400,
    'probability must be from 0 to 1, got 2',
  ],
  [{ toxics: [{ type: 'reorder', attributes: { behind: 0 } }] }, 400, 'behind'],
  [{ toxics: [{ type: 'delay', attributes: { delay: -1 } }] }, 400, 'delay'],
])('a UDP proxy with %j is refused', async (changes, status, named) => {
  await using fixture = await ProxyFixture.open();
  const answer = await fixture.ask('POST', '/chaosx/proxies', { ...dns, ...changes });
  expect(answer).toMatchObject({ status, body: expect.stringContaining(named) as string });
  expect((await fixture.ask('GET', '/chaosx/proxies/dns')).status).toBe(404);
});

test('datagrams flow, are counted, and the sessions of clients can be ended', async () => {
  await using fixture = await ProxyFixture.open(undefined, { metrics: { proxy: true, runtime: false } });
  const service = createSocket('udp4');
  service.on('message', (payload, from) => service.send(payload, from.port, from.address));
  service.bind(0, '127.0.0.1');
  await once(service, 'listening');
  const upstream = `127.0.0.1:${service.address().port}`;
  const made = await fixture.ask('POST', '/chaosx/proxies', { ...dns, upstream });
  const { listen } = JSON.parse(made.body) as { listen: string };
  const client = createSocket('udp4');
  client.send('hello', Number(listen.split(':')[1]), '127.0.0.1');
  expect(String((await once(client, 'message'))[0])).toBe('hello');
  const metrics = async () => {
    const all = JSON.parse((await fixture.ask('GET', '/chaosx/metrics')).body) as { proxy: string }[];
    return all.find(({ proxy }) => proxy === 'dns');
  };
  await expect.poll(metrics).toMatchObject({
    protocol: 'udp',
    connections: 1,
    open_connections: 1,
    upstream: { received: 1, sent: 1, received_bytes: 5 },
    downstream: { received: 1, sent: 1 },
    injected_loss: 0,
    overload_loss: { total: 0 },
  });
  const prometheus = (await fixture.ask('GET', '/metrics')).body;
  const labels = `proxy="dns",listener="${listen}",upstream="${upstream}"`;
  expect(prometheus).toContain(`\nchaosx_udp_sessions_total{${labels}} 1\n`);
  expect(prometheus).toContain(`\nchaosx_udp_received_bytes_total{direction="upstream",${labels}} 5\n`);
  expect(prometheus).not.toContain('chaosx_http');
  const sessions = await fixture.ask('GET', '/chaosx/proxies/dns/connections');
  expect(JSON.parse(sessions.body)).toMatchObject([{ number: 0, bytes_upstream: 5, bytes_downstream: 5 }]);
  expect((await fixture.ask('DELETE', '/chaosx/proxies/dns/connections/0')).status).toBe(204);
  expect((await fixture.ask('GET', '/chaosx/proxies/dns/connections')).body).toBe('[]');
  await fixture.ask('PATCH', '/chaosx/proxies/dns', { enabled: false });
  expect(JSON.parse((await fixture.ask('GET', '/chaosx/proxies/dns')).body)).toMatchObject({
    enabled: false,
  });
  client.close();
  service.close();
});

test('a configuration may have both kinds', async () => {
  await using server = await ToxiproxyServer.listen({ port: 0, seed: 1 });
  const made = await server.populate(
    JSON.stringify([dns, { name: 'db', listen: '127.0.0.1:0', upstream: '127.0.0.1:9' }]),
  );
  expect(made.map(({ name }) => name)).toEqual(['dns', 'db']);
  const answer = await fetch(`${server.url}/chaosx/proxies`);
  expect(await answer.json()).toMatchObject([
    { name: 'db', protocol: 'tcp' },
    { name: 'dns', protocol: 'udp' },
  ]);
});
