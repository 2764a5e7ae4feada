import http from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHttpProxy, type HttpRule, type ProxyEvent } from '../src/proxy/index.js';
import { rawFixture, type Wire } from './http-raw.js';
import { track } from './network-servers.js';

const post = (body: string, ...headers: string[]) =>
  `POST / HTTP/1.1\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n${body}`;
const plain = post('0123456789', 'Content-Length: 10');
const chunked = post('4\r\n0123\r\n6\r\n456789\r\n0\r\nX-T: 1\r\n\r\n', 'Transfer-Encoding: chunked');
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** What the upstream is asked, and how its client's side ends (null: it stays). It answers once it has heard `until`. */
async function ask(faults: readonly HttpRule['fault'][], request: string, until: string) {
  const events: ProxyEvent[] = [];
  const asked: Wire[] = [];
  await using fixture = await rawFixture(
    (wire) => {
      asked.push(wire);
      let isAnswered = false;
      void wire
        .until((each) => each.text.includes(until) || each.ended !== null)
        .then(() => {
          isAnswered = true;
          wire.write(answer);
          if (wire.ended !== null) wire.socket.end();
        });
      wire.socket.on('end', () => {
        if (isAnswered) wire.socket.end();
      });
    },
    { rules: faults.map((fault) => ({ fault })), onEvent: (event) => events.push(event) },
  );
  const client = await fixture.connect();
  client.write(request);
  await client.until(({ text, ended }) => /(ok|altered)$/.test(text) || ended !== null);
  // An end that belongs to it comes with it.
  await new Promise((resolve) => setTimeout(resolve, 60));
  return {
    asked: asked.map(({ text }) => text).join(),
    ended: asked[0]?.ended ?? null,
    answered: client.text,
    spared: events.flatMap((event) => (event.type === 'rule-spared' ? [event.why] : [])),
  };
}

test('alter: the length is put right, or the chunks', async () => {
  const fault = { type: 'alter', on: 'request', text: { find: '345', replace: '-' } } as const;
  expect(await ask([fault], plain, '789')).toEqual({
    asked: post('012-6789', 'Content-Length: 8'),
    ended: null,
    answered: answer,
    spared: [],
  });
  expect((await ask([fault], chunked, 'X-T')).asked).toBe(
    post('8\r\n012-6789\r\n0\r\nX-T: 1\r\n\r\n', 'Transfer-Encoding: chunked'),
  );
  const bits = await ask([{ type: 'alter', on: 'request', bitErrorRate: 1 }], plain, '\r\n\r\n');
  const flipped = Buffer.from('0123456789').map((byte) => byte ^ 0xff);
  expect(bits.asked.split('\r\n\r\n')[1]).toBe(Buffer.from(flipped).toString('latin1'));
});

test('alter: JSON, in the coding that it has', async () => {
  const bodies: string[] = [];
  const server = http.createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      bodies.push(gunzipSync(Buffer.concat(pieces)).toString());
      response.end('ok');
    });
  });
  await using upstream = await track(server, () => {});
  await using proxy = await createHttpProxy({
    upstream: `127.0.0.1:${upstream.port}`,
    rules: [{ fault: { type: 'alter', on: 'request', json: { path: 'price', value: -1 } } }],
  });
  const body = gzipSync('{"price":7,"n":1}');
  const headers = { 'Content-Encoding': 'gzip' };
  const response = await fetch(proxy.url, { method: 'POST', body, headers });
  expect([await response.text(), bodies]).toEqual(['ok', ['{"price":-1,"n":1}']]);
});

test('truncate, noticed: the upstream hears the end of the connection, and its answer still comes', async () => {
  const fault = { type: 'truncate', on: 'request', bytes: 4 } as const;
  expect(await ask([fault], plain, 'never')).toEqual({
    asked: plain.slice(0, -6),
    ended: 'end',
    answered: answer,
    spared: [],
  });
  expect(await ask([fault], chunked, 'never')).toMatchObject({
    asked: post('4\r\n0123\r\n', 'Transfer-Encoding: chunked'),
    ended: 'end',
  });
});

test('truncate, unnoticed: the next request of the connection is understood', async () => {
  const fault = { type: 'truncate', on: 'request', share: 0.3, length: 'fix' } as const;
  expect(await ask([fault], plain, '012')).toMatchObject({
    asked: post('012', 'Content-Length: 3'),
    ended: null,
  });
  const twice = await ask([fault], chunked + chunked, `0\r\nX-T: 1\r\n\r\nPOST`);
  const once = post('3\r\n012\r\n0\r\nX-T: 1\r\n\r\n', 'Transfer-Encoding: chunked');
  expect(twice.asked).toBe(once + once);
});

test('request and answer are altered each by its rules; a truncated request does not keep others from the answer', async () => {
  const { asked, answered } = await ask(
    [
      { type: 'truncate', on: 'request', bytes: 1, length: 'fix' },
      { type: 'alter', body: 'altered' },
    ],
    plain,
    '0',
  );
  expect(asked).toBe(post('0', 'Content-Length: 1'));
  expect(answered).toBe('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\naltered');
}, 15_000);

const alters: HttpRule['fault'] = { type: 'alter', on: 'request', body: 'x' };
test.each<[string, readonly HttpRule['fault'][], string, string]>([
  ['no body', [alters], 'GET / HTTP/1.1\r\n\r\n', 'the request has no body'],
  [
    'an answer of ours',
    [alters, { type: 'status', status: 200, body: 'ok' }],
    plain,
    'the upstream is not asked',
  ],
  [
    'a client that waits',
    [alters],
    post('0123456789', 'Expect: 100-continue', 'Content-Length: 10'),
    'its sender waits to be asked for it (Expect: 100-continue)',
  ],
])('with %s, a rule for request bodies is spared, and that is said', async (_what, faults, request, why) => {
  expect((await ask(faults, request, '\r\n\r\n')).spared).toEqual([why]);
});

test('a client that waits to be asked for its body can lose a part of it', async () => {
  const request = post('0123456789', 'Expect: 100-continue', 'Content-Length: 10');
  const { asked } = await ask([{ type: 'truncate', on: 'request', bytes: 3, length: 'fix' }], request, '012');
  expect(asked).toBe(post('012', 'Expect: 100-continue', 'Content-Length: 3'));
});

test('text is found wherever a request is cut, with a length and in chunks', async () => {
  const bodies: string[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      bodies.push(body);
      response.end();
    });
  });
  await using upstream = await track(server, () => {});
  await using proxy = await createHttpProxy({
    upstream: `127.0.0.1:${upstream.port}`,
    rules: [{ fault: { type: 'alter', on: 'request', text: { find: 'find', replace: 'FOUND' } } }],
  });
  const agent = new http.Agent({ keepAlive: true });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'find', 'fi', 'nd', '\r\n', '0', 'ü'), { minLength: 1, maxLength: 20 }),
      fc.boolean(),
      async (words, hasLength) => {
        const body = words.join('');
        await new Promise<void>((resolve, reject) => {
          const headers = hasLength ? { 'Content-Length': Buffer.byteLength(body) } : {};
          const request = http.request(proxy.url, { method: 'PUT', headers, agent }, (response) => {
            response.resume().on('end', resolve);
          });
          request.on('error', reject);
          for (const word of words) request.write(word);
          request.end();
        });
        expect(bodies.at(-1)).toBe(body.replaceAll('find', 'FOUND'));
      },
    ),
    { numRuns: 60 },
  );
  agent.destroy();
}, 30_000);
