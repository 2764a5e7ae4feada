import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { FaultInjector } from '../src/faults/fault-injector.js';
import type { Injection } from '../src/faults/injection.js';
import { activePatches } from '../src/interpose/active-patches.js';
import { isInjected } from '../src/interpose/injected-error.js';
import type { FiredDecision } from '../src/model/fault.js';
import type { HttpErrorParameters } from '../src/model/scenario-parameters.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { thisProcessTarget } from '../src/targets/this-process-target.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';
import { closedPort, never } from './network-servers.js';

const fired: FiredDecision[] = [];

afterEach(() => {
  fired.length = 0;
  expect(activePatches()).toEqual([]);
});

function inject(parameters: Partial<HttpErrorParameters>, seed = 1): Promise<Injection> {
  const scenario = CHAOS_SCENARIOS.http_error.with({ parameters: { injectionRate: 1, ...parameters } });
  return new FaultInjector().inject(scenario, thisProcessTarget('shop'), {
    seed,
    onFired: (decision) => void fired.push(decision),
  });
}

interface Busy extends AsyncDisposable {
  readonly url: string;
  readonly served: readonly string[];
}

/** A server that answers as the fault is told to: what a program sees of it is what it must see of the fault. */
async function busyServer(
  { statuses: [status = 503] = [], headers = {}, body = '', abort }: Partial<HttpErrorParameters> = {},
  isHealthy = false,
): Promise<Busy> {
  const served: string[] = [];
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
      served.push(`${request.method} ${request.url}`);
      if (isHealthy || request.url === '/elsewhere') {
        response.end('well');
        return;
      }
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      response.statusCode = status;
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
      if (text !== '' && !response.hasHeader('content-type')) response.setHeader('Content-Type', type);
      if (abort === undefined) {
        response.end(text);
        return;
      }
      response.setHeader('Content-Length', Math.max(text.length, abort.afterBytes + 1));
      response.flushHeaders();
      response.write(text.slice(0, abort.afterBytes), () => {
        setTimeout(() => response.socket?.resetAndDestroy(), 20);
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** All of an error that code can see, with its causes; stacks apart. */
function shape(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return { name: error.name, message: error.message, own: { ...error }, cause: shape(error.cause) };
}

/** What a program can see of a fetch. */
async function fetched(url: string, init?: RequestInit, use = (it: Response): Promise<unknown> => it.text()) {
  const response = await fetch(url, init).catch(shape);
  if (!(response instanceof Response)) return response;
  const { status, statusText, ok, type, url: to, redirected, bodyUsed } = response;
  const headers = [...response.headers].map(([name, value]) => [name, name === 'date' ? 'now' : value]);
  const body = await use(response).catch(shape);
  const facts = { status, statusText, ok, type, to: to.replace(/:\d+/, ''), redirected, bodyUsed };
  return { ...facts, headers, body, own: Object.keys(response), isResponse: response instanceof Response };
}

/** What a program can see of a request, from its first event to its last. */
async function requested(url: string, options: http.RequestOptions = {}, body?: string) {
  const seen: unknown[] = [];
  const request = http.request(url, options);
  for (const event of ['socket', 'finish', 'continue', 'information', 'timeout', 'abort'])
    request.on(event, () => seen.push(event));
  request.on('error', (error) => seen.push('error', shape(error)));
  request.on('response', (response) => {
    const { statusCode, statusMessage, httpVersion, complete, aborted, url: to, method } = response;
    seen.push('response', { statusCode, statusMessage, httpVersion, complete, aborted, to, method });
    seen.push({ ...response.headers, date: 'now' });
    // A server that says the length itself says it earlier.
    seen.push(response.rawHeaders.filter((_, at) => at % 2 === 0).toSorted());
    seen.push([Reflect.get(response, 'req') === request, response instanceof http.IncomingMessage]);
    seen.push(response.socket.remoteAddress, response.socket.constructor.name);
    for (const event of ['aborted', 'end', 'close']) response.on(event, () => seen.push(`response ${event}`));
    response.on('error', (error) => seen.push('response error', shape(error)));
    response.on('data', (chunk: Buffer) => seen.push(String(chunk)));
  });
  if (body === undefined) request.end();
  else {
    request.flushHeaders();
    if (request.hasHeader('expect')) await once(request, 'continue');
    request.write(body.slice(0, 2));
    request.end(body.slice(2));
  }
  await new Promise((resolve) => void request.once('close', resolve));
  return [...seen, 'close', request.destroyed, request.reusedSocket];
}

const answers: readonly (readonly [string, Partial<HttpErrorParameters>])[] = [
  ['a bare 503', {}],
  ['text with headers', { body: 'busy', headers: { 'Retry-After': '2', 'X-Shed': 'yes' } }],
  ['JSON', { statuses: [429], body: { error: 'too many', after: [1, 2] } }],
  ['an unknown status', { statuses: [599], body: 'odd' }],
  ['no content', { statuses: [204] }],
  ['no change', { statuses: [304], headers: { ETag: '"1"' } }],
  ['unauthorized', { statuses: [401], headers: { 'WWW-Authenticate': 'Basic' }, body: 'who?' }],
  ['well', { statuses: [200], body: 'wrong' }],
  ['cut off in its body', { statuses: [200], body: 'half of this', abort: { afterBytes: 4 } }],
  ['cut off before its body', { statuses: [500], body: 'nothing of this', abort: { afterBytes: 0 } }],
];
const moments = ['before', 'after'] as const;

describe.each(moments)('%s: nobody can tell it from the answer of such a server', (moment) => {
  test.each(answers)('fetch: %s', async (_name, parameters) => {
    await using busy = await busyServer(parameters);
    await using well = await busyServer({}, true);
    const asked = [
      [undefined],
      [{ method: 'POST', body: 'x' }],
      [{ method: 'PUT', body: new Blob(['part', 'part']).stream(), duplex: 'half' }],
    ] as const;
    const real = [];
    for (const [init] of asked) real.push(await fetched(`${busy.url}/stock?x=1`, fresh(init)));
    await using _ = await inject({ ...parameters, moment });
    const ours = [];
    for (const [init] of asked) ours.push(await fetched(`${well.url}/stock?x=1`, fresh(init)));
    expect(ours).toEqual(real);
    expect(well.served).toEqual(
      moment === 'before' ? [] : ['GET /stock?x=1', 'POST /stock?x=1', 'PUT /stock?x=1'],
    );
    expect(fired.map(({ site }) => site)).toEqual(['fetch', 'fetch', 'fetch']);
  });

  test.each(answers)('http.request: %s', async (_name, parameters) => {
    await using busy = await busyServer(parameters);
    await using well = await busyServer({}, true);
    const asked: readonly (readonly [http.RequestOptions, string?])[] = [
      [{ agent: false }],
      [{ agent: new http.Agent({ keepAlive: true }) }],
      [{ agent: new http.Agent({ keepAlive: true }), method: 'POST' }, 'some body'],
      [{ agent: false, method: 'POST', headers: { expect: '100-continue' } }, 'some body'],
      ...('abort' in parameters ? [] : ([[{ agent: false, method: 'HEAD' }]] as const)),
    ];
    const real = [];
    for (const [options, body] of asked) real.push(await requested(busy.url, options, body));
    await using _ = await inject({ ...parameters, moment });
    const ours = [];
    for (const [options, body] of asked) ours.push(await requested(well.url, options, body));
    expect(ours).toEqual(real);
    expect(well.served).toHaveLength(moment === 'before' ? 0 : asked.length);
  });

  test('a redirect is followed to the real server', async () => {
    const parameters = { statuses: [302], headers: { Location: '/elsewhere' } };
    await using busy = await busyServer(parameters);
    const real = await fetched(`${busy.url}/here`);
    const manual = await fetched(`${busy.url}/here`, { redirect: 'manual' });
    const followed = busy.served.length;
    await using _ = await inject({ ...parameters, moment });
    expect(await fetched(`${busy.url}/here`)).toEqual(real);
    expect(await fetched(`${busy.url}/here`, { redirect: 'manual' })).toEqual(manual);
    const asked = busy.served.slice(followed);
    expect(asked).toEqual(
      moment === 'before' ? ['GET /elsewhere'] : ['GET /here', 'GET /elsewhere', 'GET /here'],
    );
  });

  test.each([
    ['json', (it: Response) => it.json()],
    ['bytes', async (it: Response) => Buffer.from(await it.arrayBuffer()).toString('hex')],
    [
      'chunks',
      async (it: Response) => {
        const chunks: string[] = [];
        for await (const chunk of it.body as unknown as AsyncIterable<Uint8Array>)
          chunks.push(Buffer.from(chunk).toString());
        return chunks;
      },
    ],
    ['clone', async (it: Response) => [await it.clone().text(), await it.text()]],
  ])('a body is read as %s', async (_name, use) => {
    const parameters = { statuses: [502], body: { message: 'bad gateway' } };
    await using busy = await busyServer(parameters);
    await using well = await busyServer({}, true);
    const real = await fetched(busy.url, {}, use);
    await using _ = await inject({ ...parameters, moment });
    expect(await fetched(well.url, {}, use)).toEqual(real);
  });

  test('an aborted fetch rejects with the reason', async () => {
    await using well = await busyServer({}, true);
    await using _ = await inject({ moment });
    const controller = new AbortController();
    const answer = fetch(well.url, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
    const request = http.get(well.url);
    request.destroy(new Error('enough'));
    expect(await once(request, 'error').catch((error: unknown) => error)).toMatchObject([
      { message: 'enough' },
    ]);
  });

  test('counts the requests whose caller got it', async () => {
    await using well = await busyServer({}, true);
    await using injection = await inject({ moment, everyNth: 2 });
    const got = [];
    for (let n = 0; n < 4; n++) {
      const response = await fetch(well.url);
      await response.text();
      got.push([response.status, isInjected(response)]);
    }
    expect(got).toEqual([
      [200, false],
      [503, true],
      [200, false],
      [503, true],
    ]);
    await requested(well.url);
    await requested(well.url);
    expect(await injection.check(never)).toMatchObject({
      active: 'yes',
      measured: { during: 50, quantity: 'matching requests whose caller got the injected answer' },
      exposure: { n: 3, what: 'calls hit, of 6 that matched' },
    });
  });
});

/** Streams are read once. */
function fresh(init?: RequestInit | { readonly body: ReadableStream }): RequestInit {
  if (init?.body instanceof ReadableStream) return { ...init, body: new Blob(['some', 'body']).stream() };
  return { ...init };
}

test('statuses are drawn by the seed', async () => {
  const port = await closedPort();
  const statuses = async (seed: number) => {
    await using _ = await inject({ statuses: [500, 502, 503] }, seed);
    const got = [];
    for (let n = 0; n < 12; n++) got.push((await fetch(`http://127.0.0.1:${port}/`)).status);
    return got;
  };
  const first = await statuses(7);
  expect(new Set(first)).toEqual(new Set([500, 502, 503]));
  expect(await statuses(7)).toEqual(first);
  expect(await statuses(8)).not.toEqual(first);
});

test.each([
  ['hosts', { hosts: ['127.0.0.1'] }, ['fetch GET', 'fetch POST', 'http GET', 'http POST']],
  ['hosts of a network', { hosts: ['127.0.0.0/8'] }, ['fetch GET', 'fetch POST', 'http GET', 'http POST']],
  ['other hosts', { hosts: ['*.internal', 'localhost'] }, []],
  ['paths', { paths: ['/stock/*'] }, ['fetch GET', 'http GET']],
  ['methods', { httpMethods: ['post'] }, ['fetch POST', 'http POST']],
  ['all', { httpMethods: ['POST'], paths: ['/stock/*'] }, []],
  ['sites', { methods: ['fetch'], httpMethods: ['GET', 'POST'] }, ['fetch GET', 'fetch POST']],
])('only what is asked for: %s', async (_name, selection, expected) => {
  await using well = await busyServer({}, true);
  await using _ = await inject(selection);
  const hit: string[] = [];
  for (const [method, path] of [
    ['GET', '/stock/1?all'],
    ['POST', '/order?from=/stock/1'],
  ] as const) {
    if ((await fetch(well.url + path, { method })).status === 503) hit.push(`fetch ${method}`);
    const [response] = (await once(http.request(well.url + path, { method }).end(), 'response')) as [
      http.IncomingMessage,
    ];
    response.resume();
    if (response.statusCode === 503) hit.push(`http ${method}`);
  }
  expect(hit.toSorted()).toEqual(expected);
});

test('a reply that comes after the revert is the real one', async () => {
  const waiting: http.ServerResponse[] = [];
  const server = http.createServer((_request, response) => void waiting.push(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const injection = await inject({ moment: 'after' });
  const answer = fetch(url);
  const request = once(http.get(url, { agent: false }), 'response') as Promise<[http.IncomingMessage]>;
  await expect.poll(() => waiting.length).toBe(2);
  await injection.revert(never);
  for (const response of waiting) response.end('late');
  expect([(await answer).status, await (await answer).text()]).toEqual([200, 'late']);
  const [response] = await request;
  response.resume();
  expect(response.statusCode).toBe(200);
  server.closeAllConnections();
  server.close();
});

test('components are not what it acts on, and it says so', async () => {
  const scenario = CHAOS_SCENARIOS.http_error.with({ targetComponents: ['db'] });
  const target = inProcessTarget('shop', { db: { query: () => 1 } });
  await expect(new FaultInjector().inject(scenario, target)).rejects.toThrow(
    'shop has no components (db): leave targetComponents empty',
  );
});

test.each([
  ['without an agent', () => ({ agent: false as const })],
  ['with the global agent', () => ({})],
  ['with an agent that keeps connections', () => ({ agent: new https.Agent({ keepAlive: true }) })],
])('https is answered before anything is looked up or shaken hands with, %s', async (_name, options) => {
  await using _ = await inject({ body: 'busy' });
  const request = https.get('https://prices.test/x', options());
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const { socket } = response;
  expect([response.statusCode, socket instanceof TLSSocket && socket.authorized]).toEqual([503, true]);
  expect(Buffer.concat(await response.toArray()).toString()).toBe('busy');
  expect((await fetch('https://prices.test/x')).status).toBe(503);
});
