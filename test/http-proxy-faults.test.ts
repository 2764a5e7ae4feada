import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createHttpProxy,
  createProxy,
  type HttpRule,
  type ProxyEvent,
  type ProxyRule,
} from '../src/proxy/index.js';
import { answerWith, rawFixture, type Wire } from './http-raw.js';
import { track } from './network-servers.js';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789';
const chunkedOk =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n0123\r\n6\r\n456789\r\n0\r\nX-T: 1\r\n\r\n';
const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: shop.test\r\n\r\n`;

/** What a client hears that asks once, and how its connection ends (null: it stays). */
async function hear(rules: readonly HttpRule[], answer = ok, request = get('/')) {
  const events: ProxyEvent[] = [];
  const seen: Wire[] = [];
  await using fixture = await rawFixture(
    (wire) => {
      seen.push(wire);
      answerWith(answer)(wire);
    },
    { rules, onEvent: (event) => events.push(event) },
  );
  const client = await fixture.connect();
  client.write(request);
  const heardOf = (wire: Wire) => wire.ended !== null || isComplete(wire.text);
  await client.until(heardOf);
  // An end that belongs to the answer comes with it.
  await new Promise((resolve) => setTimeout(resolve, 60));
  return {
    text: client.text,
    ended: client.ended,
    asked: seen.map(({ text }) => text).join(''),
    spared: events.flatMap((event) => (event.type === 'rule-spared' ? [event.why] : [])),
  };
}

function isComplete(text: string): boolean {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  if (rest.length === 0) return false;
  return length === undefined ? /(^|\n)0\r\n/.test(body) : body.length >= Number(length);
}

test('status: another answer, without asking', async () => {
  const fault = { type: 'status', status: 503, body: 'gone', headers: { 'Retry-After': '3' } } as const;
  expect(await hear([{ fault }])).toEqual({
    text: 'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 3\r\nContent-Length: 4\r\n\r\ngone',
    ended: null,
    asked: '',
    spared: [],
  });
});

test('status: another answer, after the upstream did what was asked', async () => {
  const { text, asked } = await hear([
    { fault: { type: 'status', status: 500, reason: 'Oh', moment: 'after' } },
  ]);
  expect(text).toBe('HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n');
  expect(asked).toBe(get('/'));
});

test('status: a request body is swallowed, so that the next request is understood', async () => {
  await using fixture = await rawFixture(answerWith(ok), {
    rules: [{ match: { method: 'POST' }, fault: { type: 'status', status: 429 } }],
  });
  const client = await fixture.connect();
  client.write(`POST / HTTP/1.1\r\nContent-Length: 40\r\n\r\n${get('/not').padEnd(40, ' ')}${get('/')}`);
  await client.untilText('0123456789');
  expect(client.text).toBe(`HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n${ok}`);
});

test('status: HEAD, 204, HTTP/1.0 and Expect are answered as they must be', async () => {
  const status = (code: number): HttpRule[] => [{ fault: { type: 'status', status: code, body: 'text' } }];
  await using fixture = await rawFixture(answerWith(ok), { rules: status(500) });
  const client = await fixture.connect();
  client.write('HEAD / HTTP/1.1\r\n\r\n');
  await client.untilText('\r\n\r\n');
  fixture.proxy.changeRule(fixture.proxy.rules[0] as ProxyRule, { fault: { type: 'status', status: 204 } });
  client.write(get('/'));
  await client.untilText('204');
  expect(client.text).toBe(
    'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
  );
  const old = await hear(status(500), ok, 'GET / HTTP/1.0\r\n\r\n');
  expect([old.text.includes('Connection: close'), old.ended]).toEqual([true, 'end']);
  const expecting = await hear(
    status(417),
    ok,
    'PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n',
  );
  expect([expecting.text.slice(0, 12), expecting.ended]).toEqual(['HTTP/1.1 417', 'end']);
}, 30_000);

test('answers of ours and of the upstream keep the order of pipelined requests', async () => {
  await using slow = await rawFixture(answerWith(ok), {
    rules: [
      { match: { path: '/a' }, fault: { type: 'delay', ms: 150 } },
      { match: { path: '/b' }, fault: { type: 'status', status: 418, reason: 'B' } },
    ],
  });
  const client = await slow.connect();
  client.write(get('/a') + get('/b') + get('/c'));
  await client.until(({ text }) => text.split('0123456789').length === 3);
  expect(client.text).toBe(`${ok}HTTP/1.1 418 B\r\nContent-Length: 0\r\n\r\n${ok}`);
});

test.each([
  ['request', 200],
  ['response', 200],
] as const)('delay before the %s', async (at, ms) => {
  const asked: number[] = [];
  await using fixture = await rawFixture(
    (wire) => {
      wire.socket.on('data', () => asked.push(performance.now()));
      answerWith(ok)(wire);
    },
    { rules: [{ fault: { type: 'delay', ms, at } }] },
  );
  const client = await fixture.connect();
  const began = performance.now();
  client.write(get('/'));
  await client.untilText('0123456789');
  expect(performance.now() - began).toBeGreaterThanOrEqual(ms - 2);
  const before = (asked[0] ?? 0) - began;
  if (at === 'request') expect(before).toBeGreaterThanOrEqual(ms - 2);
  else expect(before).toBeLessThan(ms);
});

test('delay of each piece of the body', async () => {
  const rule: HttpRule = { fault: { type: 'delay', ms: 50, at: 'body', pieceBytes: 3 } };
  for (const answer of [ok, chunkedOk]) {
    const began = performance.now();
    const { text, ended } = await hear([rule], answer);
    expect(performance.now() - began).toBeGreaterThanOrEqual(195);
    expect(ended).toBeNull();
    if (answer === ok) expect(text).toBe(ok);
    else expect(text).toContain('3\r\n012\r\n1\r\n3\r\n3\r\n456\r\n3\r\n789\r\n0\r\nX-T: 1\r\n\r\n');
  }
});

test('a client that leaves during a delay is gone at once', async () => {
  await using fixture = await rawFixture(answerWith(ok), {
    rules: [{ fault: { type: 'delay', ms: 60_000 } }],
  });
  const client = await fixture.connect();
  client.write(get('/'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  client.socket.resetAndDestroy();
  const giveUp = performance.now() + 5_000;
  while (fixture.proxy.counters.openConnections > 0 && performance.now() < giveUp) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(fixture.proxy.counters.openConnections).toBe(0);
});

test.each<[string, HttpRule['fault'], string, string, boolean]>([
  ['before, by reset', { type: 'abort' }, '', 'ECONNRESET', false],
  ['before, by close', { type: 'abort', how: 'close' }, '', 'end', false],
  ['after asking', { type: 'abort', moment: 'after' }, '', 'ECONNRESET', true],
  ['after the head', { type: 'abort', afterBytes: 0 }, ok.slice(0, -10), 'ECONNRESET', true],
  ['after 4 bytes', { type: 'abort', afterBytes: 4, how: 'close' }, ok.slice(0, -6), 'end', true],
])('abort %s', async (_name, fault, text, ended, isAsked) => {
  const heard = await hear([{ fault }]);
  expect([heard.text, heard.ended, heard.asked !== '']).toEqual([text, ended, isAsked]);
});

test('truncate, noticed', async () => {
  expect(await hear([{ fault: { type: 'truncate', bytes: 4 } }])).toMatchObject({
    text: ok.slice(0, -6),
    ended: 'end',
  });
  expect(await hear([{ fault: { type: 'truncate', share: 0.25 } }])).toMatchObject({
    text: ok.slice(0, -8),
    ended: 'end',
  });
  const chunked = await hear([{ fault: { type: 'truncate', bytes: 5 } }], chunkedOk);
  expect(chunked.text.split('\r\n\r\n')[1]).toBe('4\r\n0123\r\n1\r\n4\r\n');
  expect(chunked.ended).toBe('end');
});

test('truncate, unnoticed: the connection lives on', async () => {
  const fault = { type: 'truncate', bytes: 4, length: 'fix' } as const;
  expect(await hear([{ fault }])).toMatchObject({
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n0123',
    ended: null,
  });
  const chunked = await hear([{ fault: { ...fault, bytes: 5 } }], chunkedOk);
  expect(chunked.text.split('\r\n\r\n').slice(1).join('\r\n\r\n')).toBe(
    '4\r\n0123\r\n1\r\n4\r\n0\r\nX-T: 1\r\n\r\n',
  );
  expect(chunked.ended).toBeNull();
});

test('a body that is not longer than what is to be left stays, and that is said', async () => {
  const { text, ended, spared } = await hear([{ fault: { type: 'truncate', bytes: 10 } }]);
  expect([text, ended, spared]).toEqual([ok, null, ['it is not longer than what was to be left']]);
});

test('alter: text, the whole body, JSON, in the coding that it has', async () => {
  const json = '{"items":[{"price":1},{"price":2}],"n":null}';
  const server = http.createServer((_request, response) => {
    response.writeHead(200, { 'Content-Encoding': 'gzip' });
    response.end(gzipSync(json));
  });
  await using upstream = await track(server, () => {});
  const altered = async (fault: HttpRule['fault']) => {
    await using proxy = await createHttpProxy({ upstream: `127.0.0.1:${upstream.port}`, rules: [{ fault }] });
    return await fetch(proxy.url).then((response) => response.text());
  };
  expect(await altered({ type: 'alter', text: { find: 'price', replace: '£' } })).toBe(
    json.replaceAll('price', '£'),
  );
  expect(await altered({ type: 'alter', body: 'other' })).toBe('other');
  expect(await altered({ type: 'alter', json: { path: 'items[1].price', value: -5 } })).toBe(
    '{"items":[{"price":1},{"price":-5}],"n":null}',
  );
  expect(await altered({ type: 'alter', json: { path: 'no.where', value: 1 } })).toBe(json);
  expect(gunzipSync(gzipSync(json)).toString()).toBe(json);
});

test('alter: text is found wherever the body is cut, with a length and in chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'find', 'fi', 'nd', '\r\n', '0', 'ü'), { minLength: 1, maxLength: 20 }),
      fc.boolean(),
      async (words, hasLength) => {
        const body = words.join('');
        const server = http.createServer((_request, response) => {
          if (hasLength) response.setHeader('Content-Length', Buffer.byteLength(body));
          for (const word of words) response.write(word);
          response.end();
        });
        await using upstream = await track(server, () => {});
        await using proxy = await createHttpProxy({
          upstream: `127.0.0.1:${upstream.port}`,
          rules: [
            { fault: { type: 'alter', text: { find: 'find', replace: 'FOUND' } } },
            { fault: { type: 'delay', at: 'body', ms: 0, pieceBytes: 2 } },
          ],
        });
        const response = await fetch(proxy.url);
        expect(await response.text()).toBe(body.replaceAll('find', 'FOUND'));
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);

test('alter: a body beyond the limit passes as it is, and that is said', async () => {
  for (const answer of [ok, chunkedOk]) {
    const { text, spared } = await hear([{ fault: { type: 'alter', body: '', maxBytes: 9 } }], answer);
    expect(spared).toEqual(['it is longer than 9 bytes']);
    expect(text.split('\r\n\r\n')[1]).toBe(answer.split('\r\n\r\n')[1]);
  }
});

test('alter: as many bits as asked, the same ones for the same seed, at any cut', async () => {
  const bytes = Buffer.alloc(100_000);
  const server = http.createServer((_request, response) => {
    response.writeHead(200, { 'Content-Length': bytes.length });
    response.end(bytes);
  });
  await using upstream = await track(server, () => {});
  const flipped = async (seed: number, more: readonly HttpRule[]) => {
    await using proxy = await createHttpProxy({
      upstream: `127.0.0.1:${upstream.port}`,
      seed,
      rules: [{ fault: { type: 'alter', bitErrorRate: 0.001 } }, ...more],
    });
    const [response] = (await once(http.get(proxy.url), 'response')) as [http.IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };
  const once1 = await flipped(3, []);
  const again = await flipped(3, [{ fault: { type: 'delay', at: 'body', ms: 0, pieceBytes: 777 } }]);
  const other = await flipped(4, []);
  expect(once1.equals(again)).toBe(true);
  expect(once1.equals(other)).toBe(false);
  const ones = [...once1].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
  // 800 are expected; six standard deviations are 170.
  expect(Math.abs(ones - 800)).toBeLessThan(170);
});

test('headers of request and answer: set, removed, in their place', async () => {
  const answer = 'HTTP/1.1 200 OK\r\nA: 1\r\nset-cookie: x\r\nSet-Cookie: y\r\ncontent-length: 0\r\n\r\n';
  const rules: HttpRule[] = [
    { fault: { type: 'headers', set: { 'Set-Cookie': 'z', New: 'n' }, remove: ['a'] } },
    { fault: { type: 'headers', on: 'request', set: { host: 'other.test' }, remove: ['nothing'] } },
  ];
  const { text, asked } = await hear(rules, answer);
  expect(text).toBe('HTTP/1.1 200 OK\r\nSet-Cookie: z\r\ncontent-length: 0\r\nNew: n\r\n\r\n');
  expect(asked).toBe('GET / HTTP/1.1\r\nhost: other.test\r\n\r\n');
});

test('several rules act in their order; behind one that ends the exchange nobody is asked', async () => {
  const rules: HttpRule[] = [
    { name: 'slow', fault: { type: 'delay', ms: 80 } },
    { name: 'mark', fault: { type: 'headers', set: { 'X-Mark': '1' } } },
    { name: 'down', fault: { type: 'status', status: 503 } },
    { name: 'never', fault: { type: 'abort' } },
  ];
  await using fixture = await rawFixture(answerWith(ok), { rules });
  const began = performance.now();
  const response = await fetch(fixture.proxy.url);
  expect([response.status, response.headers.get('x-mark')]).toEqual([503, '1']);
  expect(performance.now() - began).toBeGreaterThanOrEqual(78);
  expect(fixture.proxy.rules.map(({ name, matched, fired }) => ({ name, matched, fired }))).toEqual([
    { name: 'slow', matched: 1, fired: 1 },
    { name: 'mark', matched: 1, fired: 1 },
    { name: 'down', matched: 1, fired: 1 },
    { name: 'never', matched: 0, fired: 0 },
  ]);
});

test('matching by method, path, query, header and host', async () => {
  const match = {
    method: ['GET', 'PUT'],
    path: '/a/*',
    query: 'q=*',
    header: { 'x-kind': 'b*t' },
    host: '*.test',
  };
  await using fixture = await rawFixture(answerWith(ok), {
    rules: [{ match, fault: { type: 'status', status: 599 } }],
  });
  const client = await fixture.connect();
  const statusOf = async (line: string, headers: string) => {
    client.text = '';
    client.write(`${line} HTTP/1.1\r\n${headers}\r\n`);
    return (await client.until(({ text }) => isComplete(text))).slice(9, 12);
  };
  const headers = 'X-Kind: bolt/nut.bat\r\nHost: shop.test:80\r\n';
  expect(await statusOf('GET /a/b?q=1', headers)).toBe('599');
  expect(await statusOf('PUT http://x/a/b?q=1/2', headers)).toBe('599');
  expect(await statusOf('POST /a/b?q=1', headers)).toBe('200');
  expect(await statusOf('GET /a/b/c?q=1', headers)).toBe('200');
  expect(await statusOf('GET /a/b', headers)).toBe('200');
  expect(await statusOf('GET /a/b?q=1', 'Host: shop.test\r\n')).toBe('200');
  expect(await statusOf('GET /a/b?q=1', 'X-Kind: bat\r\nHost: shop.example\r\n')).toBe('200');
});

async function statuses(rule: Partial<HttpRule>, count: number): Promise<string> {
  await using fixture = await rawFixture(answerWith(ok), {
    rules: [{ fault: { type: 'status', status: 500 }, ...rule }],
  });
  let seen = '';
  for (let n = 0; n < count; n += 1) seen += (await fetch(fixture.proxy.url)).status === 500 ? 'x' : '.';
  return seen;
}

test('which of the matching requests', async () => {
  expect(await statuses({ firstN: 3 }, 6)).toBe('xxx...');
  expect(await statuses({ afterN: 2 }, 6)).toBe('..xxxx');
  expect(await statuses({ afterN: 1, firstN: 2 }, 6)).toBe('.xx...');
  expect(await statuses({ everyNth: 3 }, 7)).toBe('..x..x.');
  expect(await statuses({ everyNth: 2, atMost: 2 }, 7)).toBe('.x.x...');
  expect(await statuses({ probability: 0 }, 4)).toBe('....');
});

test('the same requests fail for the same seed, though they come at once and in any order', async () => {
  const paths = Array.from({ length: 60 }, (_each, n) => `/item/${n}`);
  const failed = async (seed: number, order: readonly string[]) => {
    await using fixture = await rawFixture(answerWith(ok), {
      seed,
      rules: [{ fault: { type: 'status', status: 500 }, probability: 0.4 }],
    });
    const found = await Promise.all(
      order.map(async (path) => ({ path, status: (await fetch(fixture.proxy.url + path)).status })),
    );
    return found
      .filter(({ status }) => status === 500)
      .map(({ path }) => path)
      .sort();
  };
  const first = await failed(7, paths);
  expect(await failed(7, paths.toReversed())).toEqual(first);
  expect(await failed(8, paths)).not.toEqual(first);
  expect(first.length).toBeGreaterThan(8);
  expect(first.length).toBeLessThan(45);
});

test('a kept-alive connection meets new, changed and removed rules from its next request on', async () => {
  await using fixture = await rawFixture(answerWith(ok));
  const { proxy } = fixture;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const status = async () => {
    const request = http.get(proxy.url, { agent });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    await once(response, 'end');
    return response.statusCode;
  };
  expect(await status()).toBe(200);
  const rule = proxy.addRule({ fault: { type: 'status', status: 503 } });
  expect(await status()).toBe(503);
  proxy.changeRule(rule, { fault: { type: 'status', status: 429 } });
  expect(await status()).toBe(429);
  proxy.removeRule(rule);
  expect(await status()).toBe(200);
  agent.destroy();
  expect(proxy.counters.connections).toBe(1);
  expect(proxy.counters.byStatus).toEqual({ 200: 2, 429: 1, 503: 1 });
});

test('a rule goes by itself, and comes on gradually', async () => {
  const events: string[] = [];
  await using fixture = await rawFixture(answerWith(ok), { onEvent: ({ type }) => events.push(type) });
  fixture.proxy.addRule({ fault: { type: 'status', status: 500 }, durationMs: 100 });
  expect((await fetch(fixture.proxy.url)).status).toBe(500);
  while (fixture.proxy.rules.length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  expect((await fetch(fixture.proxy.url)).status).toBe(200);
  expect(events).toContain('rule-expired');
  const ramping = fixture.proxy.addRule({ fault: { type: 'status', status: 500 }, rampMs: 2_000_000 });
  for (let n = 0; n < 5; n += 1) expect((await fetch(fixture.proxy.url)).status).toBe(200);
  expect([ramping.matched, ramping.fired]).toEqual([5, 0]);
});

test('every fired decision is told', async () => {
  const events: ProxyEvent[] = [];
  await using fixture = await rawFixture(answerWith(ok), {
    name: 'shop',
    rules: [{ fault: { type: 'status', status: 500 }, everyNth: 2 }],
    onEvent: (event) => events.push(event),
  });
  const client = await fixture.connect();
  client.write(get('/a') + get('/b?c'));
  await client.untilText('500');
  const [fired] = events.filter(({ type }) => type === 'rule-fired');
  expect(fired).toEqual({
    type: 'rule-fired',
    proxy: 'shop',
    rule: 'status',
    fault: 'status',
    connection: 0,
    method: 'GET',
    target: '/b?c',
    n: 1,
  });
});

const pem = (name: string) =>
  readFileSync(new URL(`fixtures/tls/localhost-${name}.pem`, import.meta.url), 'utf8');
const [cert, key] = [pem('cert'), pem('key')];

async function getTls(url: string) {
  const request = https.get(url, { ca: cert, agent: false, servername: 'localhost' });
  request.on('error', () => {});
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
  return { status: response.statusCode, text };
}

test('TLS is ended here with a certificate, and begun again towards the upstream', async () => {
  const server = https.createServer({ cert, key }, (_request, response) => response.end('secret'));
  await using upstream = await track(server, () => {});
  await using proxy = await createHttpProxy({
    upstream: `localhost:${upstream.port}`,
    listen: '127.0.0.1:0',
    tls: { cert, key },
    upstreamTls: { ca: cert },
    rules: [
      { match: { path: '/down' }, fault: { type: 'status', status: 503, body: 'down' } },
      { match: { path: '/reset' }, fault: { type: 'abort', afterBytes: 2 } },
    ],
  });
  expect(proxy.url).toMatch(/^https:/);
  expect(await getTls(proxy.url)).toEqual({ status: 200, text: 'secret' });
  expect(await getTls(`${proxy.url}/down`)).toEqual({ status: 503, text: 'down' });
  const failure = await getTls(`${proxy.url}/reset`).catch((error: NodeJS.ErrnoException) => error.code);
  expect(failure).toBe('ECONNRESET');
});

test('an upstream whose certificate nobody vouches for is not asked', async () => {
  const server = https.createServer({ cert, key }, (_request, response) => response.end('secret'));
  await using upstream = await track(server, () => {});
  const events: ProxyEvent[] = [];
  await using proxy = await createHttpProxy({
    upstream: `localhost:${upstream.port}`,
    upstreamTls: {},
    onEvent: (event) => events.push(event),
  });
  await expect(fetch(proxy.url)).rejects.toThrow('fetch failed');
  expect(events.find(({ type }) => type === 'dial-failed')).toMatchObject({
    error: expect.stringMatching(/self.signed/),
  });
});

test('without a certificate, TLS passes: through the TCP proxy, and through this one as what is not HTTP', async () => {
  const server = https.createServer({ cert, key }, (_request, response) => response.end('secret'));
  await using upstream = await track(server, () => {});
  const address = `127.0.0.1:${upstream.port}`;
  await using tcp = await createProxy({ upstream: address });
  expect(await getTls(`https://${tcp.listen}`)).toEqual({ status: 200, text: 'secret' });
  await using aware = await createHttpProxy({ upstream: address });
  expect(await getTls(`https://${aware.listen}`)).toEqual({ status: 200, text: 'secret' });
  expect(aware.counters.notHttp).toBe(1);
});

test('what makes no sense is refused before anything listens', async () => {
  const refused = async (options: object) =>
    await createHttpProxy({ upstream: '127.0.0.1:1', ...options }).then(
      () => 'taken',
      (error: Error) => error.message,
    );
  expect(await refused({ tls: { cert: 'no', key: 'no' } })).toMatch(
    /^expected tls to be a certificate and its key in PEM/,
  );
  expect(await refused({ rules: [{ fault: { type: 'status', status: 99 } }] })).toBe(
    'expected rules[0].fault.status to be a whole number from 200 to 599, got 99',
  );
  expect(await refused({ upstream: 'nonsense' })).toMatch(/missing port/);
  const same = { name: 'a', fault: { type: 'abort' } };
  expect(await refused({ rules: [same, same] })).toBe('rules[1].name: there is another rule of the name "a"');
});

const anyFault = fc.constantFrom<HttpRule['fault']>(
  { type: 'status', status: 503, body: 'x' },
  { type: 'status', status: 204, moment: 'after' },
  { type: 'delay', ms: 3, jitterMs: 3, at: 'request' },
  { type: 'delay', ms: 3, at: 'body', pieceBytes: 2 },
  { type: 'abort' },
  { type: 'abort', afterBytes: 3 },
  { type: 'abort', moment: 'after', how: 'close' },
  { type: 'truncate', bytes: 2 },
  { type: 'truncate', share: 0.5, length: 'fix' },
  { type: 'alter', body: 'altered' },
  { type: 'alter', text: { find: '1', replace: '' } },
  { type: 'alter', json: { path: 'a', value: 1 } },
  { type: 'alter', bitErrorRate: 0.3 },
  { type: 'headers', set: { 'Content-Length': '7' } },
  { type: 'headers', on: 'request', remove: ['host'] },
  { type: 'alter', on: 'request', body: 'altered' },
  { type: 'truncate', on: 'request', bytes: 2 },
  { type: 'truncate', on: 'request', share: 0.5, length: 'fix' },
);
const anyAnswer = fc
  .array(
    fc.constantFrom(
      ok,
      chunkedOk,
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 200 OK\r\n\r\n{"a":1}',
      'HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc',
      'HTTP/1.1 204 No\r\n\r\n',
      'nonsense\r\n',
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));

test('whatever faults meet whatever answers, every connection comes to its end and nothing of ours fails', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyFault, { maxLength: 4 }),
      fc.array(
        fc.constantFrom(
          get('/'),
          'HEAD / HTTP/1.1\r\n\r\n',
          'PUT / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc',
          'PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
          'PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc',
        ),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
      anyAnswer,
      async (faults, requests, answer) => {
        const events: ProxyEvent[] = [];
        await using fixture = await rawFixture(
          (wire) => {
            wire.socket.once('data', () => wire.socket.end(Buffer.from(answer, 'latin1')));
            wire.socket.on('end', () => wire.socket.end());
          },
          {
            rules: faults.map((fault) => ({ fault, probability: 0.7 })),
            onEvent: (event) => events.push(event),
          },
        );
        const client = await fixture.connect();
        client.write(requests.join(''));
        client.socket.end();
        await client.untilEnd();
        const { counters } = fixture.proxy;
        await client.until(() => counters.openConnections === 0);
        expect(events.filter(({ type }) => type === 'failed')).toEqual([]);
      },
    ),
    { numRuns: 100 },
  );
}, 120_000);
