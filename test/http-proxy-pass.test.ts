import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHttpProxy } from '../src/proxy/index.js';
import { answerWith, rawFixture, type Wire } from './http-raw.js';
import { listen, track } from './network-servers.js';

const name = fc.constantFrom(
  'X-A',
  'x-a',
  'x-A',
  'Accept',
  'Cookie',
  'cookie',
  'X-Ü'.slice(0, 2),
  'Via',
  'TE',
  'Keep-Alive',
);
const value = fc.string({
  unit: fc.constantFrom('a', 'B', '9', ' ', ';', ',', '=', '"', '\xe9', '\t'),
  maxLength: 20,
});
const header = fc
  .record({ name, value, gap: fc.constantFrom('', ' ', '  ', '\t') })
  .map((each) => `${each.name}:${each.gap}${each.value}`);
const payload = fc.string({
  unit: fc.constantFrom('a', '\r\n', '0\r\n\r\n', '\x00', '\xff', 'GET / HTTP/1.1\r\n\r\n'),
  maxLength: 40,
});

/** A body with its headers: with a length, in chunks (with extensions and trailers), or none. */
const body = fc.oneof(
  fc.constant({ headers: [] as string[], bytes: '' }),
  payload.map((text) => ({ headers: [`content-LENGTH: ${text.length}`], bytes: text })),
  fc
    .record({
      chunks: fc.array(
        payload.filter((text) => text !== ''),
        { maxLength: 4 },
      ),
      extension: fc.constantFrom('', ';a=b', ' '),
      trailers: fc.array(header, { maxLength: 2 }),
      upper: fc.boolean(),
    })
    .map(({ chunks, extension, trailers, upper }) => {
      const size = (n: number) => (upper ? n.toString(16).toUpperCase() : `0${n.toString(16)}`);
      const lines = chunks.map((text) => `${size(text.length)}${extension}\r\n${text}\r\n`);
      return {
        headers: ['Transfer-encoding: chunked', 'Trailer: x-a'],
        bytes: `${lines.join('')}0\r\n${trailers.map((line) => `${line}\r\n`).join('')}\r\n`,
      };
    }),
);

const exchange = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND', 'M-SEARCH', 'HEAD'),
  target: fc.constantFrom('/', '/a/b?c=d&e', '*', '/%2F//..', 'http://other.test/x', '/\xe9'),
  requestHeaders: fc.array(header, { maxLength: 6 }),
  requestBody: body,
  status: fc.constantFrom(200, 201, 204, 206, 304, 404, 500, 599),
  reason: fc.constantFrom(' OK', ' ', '', ' With spaces and \xfc'),
  interim: fc.constantFrom(
    '',
    'HTTP/1.1 102 Processing\r\n\r\n',
    'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n',
  ),
  responseHeaders: fc.array(header, { maxLength: 6 }),
  responseBody: body,
});

function messagesOf(each: typeof exchange extends fc.Arbitrary<infer T> ? T : never) {
  const { method, target, requestHeaders, requestBody, status, responseBody } = each;
  const requestLines = [`${method} ${target} HTTP/1.1`, ...requestHeaders, ...requestBody.headers];
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
  // Without any length, an answer would go on until the end of the connection.
  const length = hasBody && responseBody.headers.length === 0 ? ['Content-Length: 0'] : responseBody.headers;
  const responseLines = [`HTTP/1.1 ${status}${each.reason}`, ...each.responseHeaders, ...length];
  return {
    request: `${requestLines.join('\r\n')}\r\n\r\n${requestBody.bytes}`,
    response: `${each.interim}${responseLines.join('\r\n')}\r\n\r\n${hasBody ? responseBody.bytes : ''}`,
  };
}

/** Sends a text in pieces of these sizes. */
async function sendCut(wire: Wire, text: string, sizes: readonly number[]): Promise<void> {
  let at = 0;
  for (const size of sizes) {
    wire.write(text.slice(at, at + size));
    at += size;
    await new Promise((resolve) => setImmediate(resolve));
  }
  wire.write(text.slice(at));
}

test('what no rule touches passes byte by byte, both ways, however it is cut and pipelined', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(exchange, { minLength: 1, maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 8 }),
      fc.boolean(),
      async (exchanges, sizes, isHalfClosed) => {
        const messages = exchanges.map(messagesOf);
        const requests = messages.map(({ request }) => request).join('');
        const responses = messages.map(({ response }) => response).join('');
        let seen: Wire | null = null;
        await using fixture = await rawFixture(
          (wire) => {
            seen = wire;
            let isAnswered = false;
            wire.socket.on('data', () => {
              if (isAnswered || wire.text.length < requests.length) return;
              isAnswered = true;
              void sendCut(wire, responses, sizes).then(() => wire.socket.end());
            });
          },
          { rules: [{ match: { path: '/never' }, fault: { type: 'abort' } }] },
        );
        const client = await fixture.connect();
        await sendCut(client, requests, sizes);
        if (isHalfClosed) client.socket.end();
        await client.untilEnd();
        client.socket.end();
        expect(client.text).toBe(responses);
        const upstream = seen as unknown as Wire;
        await upstream.untilEnd();
        expect(upstream.text).toBe(requests);
        expect([client.ended, upstream.ended]).toEqual(['end', 'end']);
        expect(fixture.proxy.counters.requests).toBe(messages.length);
        expect(fixture.proxy.counters.notHttp).toBe(0);
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

const junk = fc
  .array(
    fc.constantFrom(
      'GET / HTTP/1.1\r\n',
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.1 101 X\r\n',
      'HTTP/1.1 100 C\r\n',
      'Content-Length: 3\r\n',
      'Content-Length: 4\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Transfer-Encoding: gzip\r\n',
      'Upgrade: x\r\n',
      ' folded\r\n',
      ': no name\n',
      '\r\n',
      '\n',
      '\r',
      'abc',
      '3\r\n',
      '0\r\n',
      'zz\r\n',
      '\x00\xff',
    ),
    { maxLength: 24 },
  )
  .map((tokens) => tokens.join(''));

test('nonsense passes byte by byte too', async () => {
  await fc.assert(
    fc.asyncProperty(
      junk,
      junk,
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 8 }),
      async (sent, back, sizes) => {
        let seen: Wire | null = null;
        await using fixture = await rawFixture((wire) => {
          seen = wire;
          wire.socket.on('end', () => {
            void sendCut(wire, back, sizes).then(() => wire.socket.end());
          });
        });
        const client = await fixture.connect();
        await sendCut(client, sent, sizes);
        client.socket.end();
        expect(await client.untilEnd()).toBe('end');
        expect(client.text).toBe(back);
        expect((seen as unknown as Wire).text).toBe(sent);
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);

test('an answer that ends with its connection passes, and so does its end', async () => {
  await using fixture = await rawFixture((wire) => {
    wire.socket.once('data', () => wire.socket.end('HTTP/1.0 200 OK\r\n\r\nall there is'));
  });
  const client = await fixture.connect();
  client.write('GET / HTTP/1.0\r\n\r\n');
  expect(await client.untilEnd()).toBe('end');
  expect(client.text).toBe('HTTP/1.0 200 OK\r\n\r\nall there is');
});

test('what is not HTTP/1 passes too, and is counted', async () => {
  await using fixture = await rawFixture((wire) => wire.socket.pipe(wire.socket));
  const client = await fixture.connect();
  client.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nmore');
  expect(await client.untilText('more')).toBe('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nmore');
  expect(fixture.proxy.counters.notHttp).toBe(1);
});

test('a body waits for 100 Continue', async () => {
  await using fixture = await rawFixture((wire) => {
    wire.socket.once('data', () => wire.write('HTTP/1.1 100 Continue\r\n\r\n'));
    void wire.untilText('body!').then(() => wire.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
  });
  const client = await fixture.connect();
  client.write('PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n');
  await client.untilText('100 Continue');
  client.write('body!');
  await client.untilText('200 OK');
});

test('after an upgrade both sides speak as they like, also in the first packet', async () => {
  await using fixture = await rawFixture((wire) => {
    wire.socket.once('data', () => {
      wire.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x02hi',
      );
      wire.socket.pipe(wire.socket);
    });
  });
  const client = await fixture.connect();
  client.write('GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  await client.untilText('\x81\x02hi');
  client.write('GET / HTTP/9.9 \x00\xff frames');
  await client.untilText('\x00\xff frames');
  client.socket.end();
  expect(await client.untilEnd()).toBe('end');
  expect(fixture.proxy.counters.byStatus).toEqual({ 101: 1 });
});

test("a WebSocket's handshake by the clients and servers of the platform passes", async () => {
  const server = http.createServer();
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    socket.pipe(socket);
  });
  await using upstream = await track(server, () => {});
  await using proxy = await createHttpProxy({ upstream: `127.0.0.1:${upstream.port}` });
  const request = http.request(proxy.url, { headers: { Connection: 'Upgrade', Upgrade: 'websocket' } });
  request.end();
  const [, socket] = (await once(request, 'upgrade')) as [http.IncomingMessage, Socket];
  const frame = Buffer.from([0x81, 0x82, 1, 2, 3, 4, 0x69, 0x6b]);
  socket.write(frame);
  expect(((await once(socket, 'data')) as [Buffer])[0]).toEqual(frame);
  socket.destroy();
});

test('an upgrade that the upstream does not take leaves the connection to the rules', async () => {
  await using fixture = await rawFixture(answerWith('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'), {
    rules: [{ match: { path: '/later' }, fault: { type: 'status', status: 503 } }],
  });
  const client = await fixture.connect();
  client.write('GET / HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n');
  await client.untilText('ok');
  client.write('GET /later HTTP/1.1\r\n\r\n');
  await client.untilText('503');
});

test('CONNECT is refused', async () => {
  await using fixture = await rawFixture(answerWith('never'));
  const client = await fixture.connect();
  client.write('CONNECT other.test:443 HTTP/1.1\r\nHost: other.test:443\r\n\r\n');
  expect(await client.untilEnd()).toBe('end');
  expect(client.text).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\n/);
});

test('a client that goes away is gone for the upstream too, and the other way round', async () => {
  const wires: Wire[] = [];
  await using fixture = await rawFixture((wire) => wires.push(wire));
  const leaving = await fixture.connect();
  leaving.write('GET / HTTP/1.1\r\n\r\n');
  const wire = () => wires.at(-1) as Wire;
  while (wires.length === 0 || wire().text === '') await new Promise((resolve) => setTimeout(resolve, 5));
  leaving.socket.resetAndDestroy();
  expect(await wire().untilEnd()).toBe('ECONNRESET');

  const left = await fixture.connect();
  left.write('GET / HTTP/1.1\r\n\r\n');
  while (wires.length < 2 || wire().text === '') await new Promise((resolve) => setTimeout(resolve, 5));
  wire().write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart');
  await left.untilText('part');
  wire().socket.resetAndDestroy();
  expect(await left.untilEnd()).toBe('ECONNRESET');
});

test('an upstream that cannot be reached resets a client that asked', async () => {
  const events: string[] = [];
  const port = await listen(() => {}).then(async (server) => {
    await server[Symbol.asyncDispose]();
    return server.port;
  });
  await using proxy = await createHttpProxy({
    upstream: `127.0.0.1:${port}`,
    rules: [{ match: { path: '/stub' }, fault: { type: 'status', status: 200, body: 'alone' } }],
    onEvent: ({ type }) => events.push(type),
  });
  expect(await fetch(`${proxy.url}/stub`).then((response) => response.text())).toBe('alone');
  const failure = await fetch(proxy.url).catch((error: Error) => error.cause as NodeJS.ErrnoException);
  expect((failure as NodeJS.ErrnoException).code).toBe('ECONNRESET');
  expect(events).toContain('dial-failed');
});

test('a client that does not read stops the upstream', async () => {
  let sent = 0;
  await using fixture = await rawFixture((wire) => {
    wire.socket.once('data', () => {
      wire.write('HTTP/1.1 200 OK\r\n\r\n');
      const chunk = Buffer.alloc(65_536);
      const fill = () => {
        while (sent < 256 * 1_048_576 && wire.socket.write(chunk)) sent += chunk.length;
      };
      wire.socket.on('drain', fill);
      fill();
    });
  });
  const client = await fixture.connect();
  client.socket.pause();
  client.write('GET / HTTP/1.1\r\n\r\n');
  await new Promise((resolve) => setTimeout(resolve, 700));
  const stalled = sent;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(sent).toBe(stalled);
  expect(stalled).toBeLessThan(64 * 1_048_576);
});

test('clients and servers of the platform: trailers, duplicates, hints, HEAD and large bodies', async () => {
  const server = http.createServer((request, response) => {
    if (request.url === '/hints') response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    const trailer = request.method === 'HEAD' ? [] : ['Trailer', 'x-sum'];
    response.writeHead(200, 'Fine', ['Set-Cookie', 'a=1', 'SET-COOKIE', 'b=2', ...trailer]);
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      response.write(chunk);
    });
    request.on('end', () => {
      if (request.method !== 'HEAD') response.addTrailers({ 'X-Sum': String(bytes) });
      response.end();
    });
  });
  await using upstream = await track(server, () => {});
  await using proxy = await createHttpProxy({ upstream: `127.0.0.1:${upstream.port}` });
  const sizes = [0, 1, 70_000, 3_000_000];
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (const size of sizes) {
    const request = http.request(`${proxy.url}/hints`, { method: 'POST', agent });
    const hinted = once(request, 'information');
    request.end(Buffer.alloc(size, 7));
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    let bytes = 0;
    for await (const chunk of response) bytes += (chunk as Buffer).length;
    expect(((await hinted) as [{ statusCode: number }])[0].statusCode).toBe(103);
    expect(response.statusMessage).toBe('Fine');
    expect(response.rawHeaders.slice(0, 6)).toEqual([
      'Set-Cookie',
      'a=1',
      'SET-COOKIE',
      'b=2',
      'Trailer',
      'x-sum',
    ]);
    expect([bytes, response.trailers['x-sum']]).toEqual([size, String(size)]);
  }
  agent.destroy();
  expect(proxy.counters.connections).toBe(1);
  const head = await fetch(proxy.url, { method: 'HEAD' });
  expect([head.status, head.statusText]).toEqual([200, 'Fine']);
});

test('curl, where there is one', async () => {
  await using fixture = await rawFixture(answerWith('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'), {
    rules: [{ match: { path: '/cut' }, fault: { type: 'truncate', bytes: 1 } }],
  });
  const run = promisify(execFile);
  const hasCurl = await run('curl', ['--version']).then(
    () => true,
    () => false,
  );
  if (!hasCurl) return;
  const { url } = fixture.proxy;
  const { stdout } = await run('curl', ['-s', '--max-time', '9', `${url}/1`, `${url}/2`]);
  expect(stdout).toBe('okok');
  const cut = await run('curl', ['-s', '--max-time', '9', `${url}/cut`]).catch(
    (error: { code: number }) => error.code,
  );
  // 18: a partial file.
  expect(cut).toBe(18);
});

test('an idle client of an upstream that ends is ended', async () => {
  await using fixture = await rawFixture((wire) => {
    setTimeout(() => wire.socket.end(), 50);
  });
  const client = await fixture.connect();
  expect(await client.untilEnd()).toBe('end');
});

test('a disposed proxy leaves no port and no connection', async () => {
  const fixture = await rawFixture(answerWith('HTTP/1.1 204 No Content\r\n\r\n'));
  const client = await fixture.connect();
  client.write('GET / HTTP/1.1\r\n\r\n');
  await client.untilText('204');
  const port = Number(fixture.proxy.listen.split(':')[1]);
  await fixture[Symbol.asyncDispose]();
  await client.untilEnd();
  const [error] = (await once(connect({ host: '127.0.0.1', port }), 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});

test('Unix sockets on both sides', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chaosx-http-'));
  try {
    const server = http.createServer((request, response) => response.end(request.url));
    server.listen(join(folder, 'up'));
    await once(server, 'listening');
    await using proxy = await createHttpProxy({
      upstream: `unix:${join(folder, 'up')}`,
      listen: `unix:${join(folder, 'proxy')}`,
      rules: [{ match: { path: '/cut' }, fault: { type: 'abort' } }],
    });
    expect(proxy.listen).toBe(`unix:${join(folder, 'proxy')}`);
    const ask = async (path: string) => {
      const request = http.get({ socketPath: join(folder, 'proxy'), path });
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
      return text;
    };
    expect(await ask('/whole')).toBe('/whole');
    await expect(ask('/cut')).rejects.toThrow('socket hang up');
    server.closeAllConnections();
    server.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
