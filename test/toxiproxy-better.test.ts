import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ToxiproxyServer } from '../src/proxy/toxiproxy/toxiproxy-server.js';
import { closedPort, fateOf, readAll } from './network-servers.js';
import { exchange } from './exchange.js';
import { ask, pause, ProxyFixture, record } from './toxiproxy-fixture.js';

/** How long an answer of the API took, in ms. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** A port whose connects are never answered: a stopped process listens there, and its backlog is full. */
async function silentPort() {
  const source = `
    const server = require('node:net').createServer();
    server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => console.log(server.address().port));`;
  const child = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGSTOP');
  const port = Number(String(text));
  const fillers: Socket[] = [];
  for (;;) {
    const filler = connect({ host: '127.0.0.1', port });
    filler.on('error', () => undefined);
    fillers.push(filler);
    const answered = await Promise.race([once(filler, 'connect'), pause(300)]);
    if (answered === undefined) break;
  }
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

describe('the control plane never waits for a socket', () => {
  test('a toxic is deleted while fifty loaded connections die', async () => {
    await using fixture = await ProxyFixture.open((socket) => {
      const send = () => {
        while (socket.writable && socket.write(Buffer.alloc(65_536))) continue;
      };
      socket.on('drain', send).on('close', () => socket.off('drain', send));
      socket.resume();
      send();
    });
    await fixture.add('latency', { latency: 1_500 });
    const sockets = await Promise.all(Array.from({ length: 50 }, () => fixture.connect()));
    for (const socket of sockets) socket.on('error', () => undefined).resume();
    await pause(300);
    for (const socket of sockets) socket.resetAndDestroy();
    await pause(2);
    const took = await timed(() => fixture.remove('latency_downstream'));
    expect(took).toBeLessThan(2_000);
    expect((await fixture.ask('GET', '/proxies')).status).toBe(200);
  });

  test('a toxic that waits to reset is deleted at once', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('reset_peer', { timeout: 60_000 }, { stream: 'upstream' });
    const socket = await fixture.connect();
    socket.on('error', () => undefined).write('x');
    await pause(50);
    expect(await timed(() => fixture.remove('reset_peer_upstream'))).toBeLessThan(2_000);
  });

  test('a dial that hangs holds up neither other clients nor the API', async () => {
    await using silent = await silentPort();
    await using fixture = await ProxyFixture.open();
    await fixture.ask('POST', '/proxies/p', { upstream: `127.0.0.1:${silent.port}` });
    const hanging = await fixture.connect();
    const heard = record(hanging);
    await fixture.connect();
    const answered = async () => {
      const { body } = await fixture.ask('GET', '/chaosx/proxies/p/connections');
      return (JSON.parse(body) as unknown[]).length;
    };
    await expect.poll(answered).toBe(2);
    expect(heard.ended).toBeNull();
    const deleted = () => fixture.ask('DELETE', '/proxies/p');
    expect(await timed(deleted)).toBeLessThan(2_000);
    await expect.poll(() => heard.ended).not.toBeNull();
  });

  test('a dial without an answer is given up', async () => {
    await using silent = await silentPort();
    await using fixture = await ProxyFixture.open(undefined, { dialTimeoutMs: 100 });
    await fixture.ask('POST', '/proxies/p', { upstream: `127.0.0.1:${silent.port}` });
    expect(await fateOf(await fixture.connect())).toBe('end');
  });
});

describe('half-close', () => {
  const answersAtEnd = (socket: Socket) => {
    void readAll(socket).then((request) => setTimeout(() => socket.end(`got ${request.length}`), 100));
  };

  test('a client that ends its half still gets the reply', async () => {
    await using fixture = await ProxyFixture.open(answersAtEnd);
    const socket = await fixture.connect();
    socket.end('hello');
    expect(String(await readAll(socket))).toBe('got 5');
  });

  test('unless the old behaviour is asked for', async () => {
    await using fixture = await ProxyFixture.open(answersAtEnd, { fullClose: true });
    const socket = await fixture.connect();
    socket.end('hello');
    expect(String(await readAll(socket))).toBe('');
  });
});

describe('400 in place of a crash, and nothing half done', () => {
  test.each([
    ['slicer', {}, 'average_size must be 1 or more, got 0'],
    ['slicer', { average_size: -1 }, 'average_size must be 1 or more, got -1'],
    ['bandwidth', { rate: -1 }, 'rate must be 0 or more, got -1'],
  ])('%s %j', async (type, attributes, problem) => {
    await using fixture = await ProxyFixture.open();
    const answer = await fixture.ask('POST', '/proxies/p/toxics', { type, attributes });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({ error: `bad request body: ${problem}`, status: 400 });
    await exchange(await fixture.connect(), 'alive');
  });

  test('of an update with one bad value, nothing is applied', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('latency', { latency: 10, jitter: 5 });
    const bad = { toxicity: 0.5, attributes: { latency: 99, jitter: 'much' } };
    expect((await fixture.ask('POST', '/proxies/p/toxics/latency_downstream', bad)).status).toBe(400);
    const { body } = await fixture.ask('GET', '/proxies/p/toxics/latency_downstream');
    expect(JSON.parse(body)).toMatchObject({ toxicity: 1, attributes: { latency: 10, jitter: 5 } });
  });
});

describe('real resets', () => {
  test('an idle connection that was there before', async () => {
    await using fixture = await ProxyFixture.open();
    const socket = await fixture.connect();
    await exchange(socket, 'warm');
    const fate = fateOf(socket);
    await fixture.add('reset_peer', { timeout: 0 });
    expect(await fate).toBe('ECONNRESET');
  });

  test('a new one that stays idle', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('reset_peer', { timeout: 100 });
    expect(await fateOf(await fixture.connect())).toBe('ECONNRESET');
  });

  test('none by toxicity 0, whose closes stay closes', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('reset_peer', { timeout: 0 }, { toxicity: 0 });
    const socket = await fixture.connect();
    await exchange(socket, 'x');
    socket.end();
    expect(await fateOf(socket)).toBe('end');
  });

  test('a client whose upstream cannot be reached, when asked for', async () => {
    await using fixture = await ProxyFixture.open(undefined, { resetUnreachable: true });
    await fixture.ask('POST', '/proxies/p', { upstream: `127.0.0.1:${await closedPort()}` });
    expect(await fateOf(await fixture.connect())).toBe('ECONNRESET');
  });
});

describe('one roll a connection and toxic', () => {
  /** Which of so many connections, in turn, a toxic of toxicity 0.5 hits. */
  async function hits(seed: number, connections: number): Promise<string> {
    await using fixture = await ProxyFixture.open(undefined, { seed });
    await fixture.add('limit_data', { bytes: 0 }, { toxicity: 0.5 });
    let found = '';
    for (let n = 0; n < connections; n += 1) {
      const socket = await fixture.connect();
      socket.end('x');
      found += String(await readAll(socket)) === '' ? '1' : '0';
    }
    return found;
  }

  test('the same seed hits the same connections, another seed others', async () => {
    const [one, again, other] = [await hits(7, 40), await hits(7, 40), await hits(8, 40)];
    expect(again).toBe(one);
    expect(other).not.toBe(one);
    expect(one).toMatch(/0/);
    expect(one).toMatch(/1/);
  });

  test('it stays when other toxics come and go, and when its own settings change', async () => {
    await using fixture = await ProxyFixture.open();
    const sockets: Socket[] = [];
    for (let n = 0; n < 12; n += 1) sockets.push(await fixture.connect());
    for (const socket of sockets) await exchange(socket, 'warm');
    await fixture.add('latency', { latency: 200 }, { toxicity: 0.5, name: 'half' });
    const look = async () => {
      const took = await Promise.all(sockets.map((socket) => exchange(socket, 'x')));
      return took.map((ms) => ms >= 200);
    };
    const first = await look();
    expect(new Set(first)).toEqual(new Set([true, false]));
    for (let n = 0; n < 3; n += 1) {
      await fixture.add('noop', {}, { name: `n${n}` });
      await fixture.change('half', { latency: 200 + n });
      expect(await look()).toEqual(first);
      await fixture.remove(`n${n}`);
      expect(await look()).toEqual(first);
    }
    await fixture.change('half', {}, { toxicity: 1 });
    expect(await look()).toEqual(sockets.map(() => true));
    await fixture.change('half', {}, { toxicity: 0.5 });
    expect(await look()).toEqual(first);
  });
});

describe('populate', () => {
  test('the same list twice changes nothing, toxics included', async () => {
    await using fixture = await ProxyFixture.open();
    const list = [
      { name: 'p', listen: '127.0.0.1:0', upstream: `127.0.0.1:${fixture.upstream.port}` },
      {
        name: 'q',
        listen: '127.0.0.1:0',
        upstream: 'x:1',
        toxics: [{ type: 'latency', attributes: { latency: 300 } }],
      },
    ];
    const socket = await fixture.connect();
    await exchange(socket, 'warm');
    const first = await fixture.ask('POST', '/populate', list);
    expect(JSON.parse(first.body)).toMatchObject({
      proxies: [
        { name: 'p', toxics: [] },
        { name: 'q', toxics: [{ name: 'latency_downstream', attributes: { latency: 300, jitter: 0 } }] },
      ],
    });
    expect((await fixture.ask('POST', '/populate', list)).body).toBe(first.body);
    await exchange(socket, 'still there');
  });

  test('toxics are there from the first connection on, also of a created proxy', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.ask('DELETE', '/proxies/p');
    await fixture.create({ toxics: [{ type: 'limit_data', attributes: { bytes: 2 } }] });
    const socket = await fixture.connect();
    socket.write('abc');
    expect(String(await readAll(socket))).toBe('ab');
  });

  test('a bad toxic makes nothing', async () => {
    await using fixture = await ProxyFixture.open();
    const list = [
      { name: 'a', listen: '127.0.0.1:0', upstream: 'x:1' },
      { name: 'b', listen: '127.0.0.1:0', upstream: 'x:1', toxics: [{ type: 'earthquake' }] },
    ];
    const answer = await fixture.ask('POST', '/populate', list);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ error: 'invalid toxic type at proxy 2', proxies: null });
    expect((await fixture.ask('GET', '/proxies/a')).status).toBe(404);
  });

  test('a name with a slash can be addressed', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.create({ name: 'team/db' });
    expect((await fixture.ask('GET', '/proxies/team%2Fdb')).status).toBe(200);
    expect((await fixture.ask('DELETE', '/proxies/team%2Fdb')).status).toBe(204);
  });
});

describe('seen live', () => {
  test('bytes and connections while they are open, and one is killed', async () => {
    await using fixture = await ProxyFixture.open(undefined, { metrics: { proxy: true, runtime: true } });
    await fixture.add('latency', { latency: 1 });
    const [one, other] = [await fixture.connect(), await fixture.connect()];
    await exchange(one, 'twelve bytes');
    await exchange(other, 'x');
    const { body: prometheus } = await fixture.ask('PUT', '/metrics');
    expect(prometheus).toMatch(
      /^toxiproxy_proxy_received_bytes_total\{direction="upstream",proxy="p",listener="127\.0\.0\.1:\d+",upstream="127\.0\.0\.1:\d+"\} 13$/m,
    );
    expect(prometheus).toMatch(/^process_resident_memory_bytes \d+$/m);
    const { body } = await fixture.ask('GET', '/chaosx/metrics');
    expect(JSON.parse(body)).toMatchObject([
      {
        proxy: 'p',
        connections: 2,
        open_connections: 2,
        dial_failures: 0,
        bytes_upstream: 13,
        bytes_downstream: 13,
        toxics: { latency_downstream: { connections: 2, chunks: 2 } },
      },
    ]);
    const listed = JSON.parse((await fixture.ask('GET', '/chaosx/proxies/p/connections')).body) as object[];
    expect(listed).toMatchObject([
      { number: 0, bytes_upstream: 12, toxics: ['latency_downstream'] },
      { number: 1, bytes_upstream: 1 },
    ]);
    const fate = fateOf(one);
    expect((await fixture.ask('DELETE', '/chaosx/proxies/p/connections/0')).status).toBe(204);
    expect(await fate).toBe('ECONNRESET');
    await exchange(other, 'untouched');
  });

  test('events', async () => {
    await using fixture = await ProxyFixture.open();
    const request = http.get(`${fixture.server.url}/chaosx/events`);
    request.on('error', () => undefined);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    let heard = '';
    response.setEncoding('utf8').on('data', (text: string) => (heard += text));
    response.on('error', () => undefined);
    await fixture.addOwn('latency', { latency: 1 }, { duration_ms: 50 });
    const socket = await fixture.connect();
    await exchange(socket, 'four');
    socket.end();
    await fixture.ask('POST', '/proxies/p', { upstream: `127.0.0.1:${await closedPort()}` });
    await fixture.connect();
    await expect.poll(() => heard).toContain('event: dial-failed');
    await expect.poll(() => heard).toContain('event: toxic-removed');
    const types = [...heard.matchAll(/^event: (.*)$/gm)].map(([, type]) => type);
    expect(types).toEqual(
      expect.arrayContaining(['toxic-added', 'connection-opened', 'connection-closed', 'toxic-expired']),
    );
    expect(heard).toContain('"bytesUpstream":4,"bytesDownstream":4,"proxy":"p"');
    request.destroy();
  });
});

describe('not for strangers', () => {
  const asked = async (server: ToxiproxyServer, headers: Record<string, string>) =>
    (await ask(server.address.port, 'GET', '/proxies', undefined, headers)).status;

  test.each([
    ['localhost:8474', 200],
    ['127.0.0.1:8474', 200],
    ['[::1]:8474', 200],
    ['toxiproxy:8474', 200],
    ['api.localhost', 200],
    ['proxy.example', 200],
    ['evil.example:8474', 403],
    ['127.0.0.1.evil.example', 403],
  ])('host %s: %d', async (host, status) => {
    await using server = await ToxiproxyServer.listen({ port: 0, seed: 1, allowedHosts: ['proxy.example'] });
    expect(await asked(server, { Host: host })).toBe(status);
  });

  test.each([
    [{ Origin: 'https://evil.example' }, 403],
    [{ Origin: 'null' }, 403],
    [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
    [{ Host: 'localhost:1', Origin: 'http://localhost:1' }, 200],
  ])('%j: %d', async (headers, status) => {
    await using server = await ToxiproxyServer.listen({ port: 0, seed: 1 });
    expect(await asked(server, headers as Record<string, string>)).toBe(status);
  });

  test('a token is asked for, and needed beyond loopback', async () => {
    await using server = await ToxiproxyServer.listen({ port: 0, seed: 1, token: 'secret' });
    expect(await asked(server, {})).toBe(401);
    expect(await asked(server, { Authorization: 'Bearer wrong!' })).toBe(401);
    expect(await asked(server, { Authorization: 'Bearer secret' })).toBe(200);
    await expect(ToxiproxyServer.listen({ host: '0.0.0.0', port: 0, seed: 1 })).rejects.toMatchObject({
      code: 'UNSAFE',
    });
  });

  test('a port that is taken is said', async () => {
    await using server = await ToxiproxyServer.listen({ port: 0, seed: 1 });
    await expect(ToxiproxyServer.listen({ port: server.address.port, seed: 1 })).rejects.toMatchObject({
      code: 'PROXY_FAILED',
    });
  });

  test.each([
    ['a body without end', `{"name":"${'x'.repeat(2_000_000)}`, 413],
    ['deep nesting', '['.repeat(100_000), 400],
    ['no JSON', '\u0000\u0001', 400],
    ['a broken text', '{"name":"\\x"}', 400],
  ])('%s: %3$d', async (_what, body, status) => {
    await using server = await ToxiproxyServer.listen({ port: 0, seed: 1 });
    expect((await ask(server.address.port, 'POST', '/proxies', body)).status).toBe(status);
    expect(await asked(server, {})).toBe(200);
  });

  test('what is no HTTP is answered by 400', async () => {
    await using server = await ToxiproxyServer.listen({ port: 0, seed: 1 });
    const socket = connect(server.address.port, '127.0.0.1');
    socket.end('garbage\r\n\r\n');
    expect(String(await readAll(socket))).toMatch(/^HTTP\/1\.1 400 /);
    expect(await asked(server, {})).toBe(200);
  });
});
