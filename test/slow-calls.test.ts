import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { FaultInjector } from '../src/faults/fault-injector.js';
import { activePatches } from '../src/interpose/active-patches.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { thisProcessTarget } from '../src/targets/this-process-target.js';
import { closedPort, echo, listen, never } from './network-servers.js';

afterEach(() => expect(activePatches()).toEqual([]));

const inject = (parameters: object) =>
  new FaultInjector().inject(
    CHAOS_SCENARIOS.slow_method.with({ parameters: { injectionRate: 1, ...parameters } }),
    thisProcessTarget('shop'),
    { seed: 1 },
  );

/** A server that answers after so long. */
async function serverAfter(delayMs: number) {
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => setTimeout(() => response.end('stock'), delayMs));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function shape(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return { name: error.name, message: error.message, own: { ...error }, cause: shape(error.cause) };
}

/** What is seen of a request to which `act` is done after it was made. */
async function story(url: string, options: http.RequestOptions, act: (request: http.ClientRequest) => void) {
  const seen: unknown[] = [];
  const request = http.request(url, { agent: false, ...options });
  for (const event of ['finish', 'timeout', 'abort']) request.on(event, () => seen.push(event));
  request.on('error', (error) => seen.push(shape(error)));
  request.on('response', (response) => {
    seen.push('response', response.statusCode);
    response.on('data', (chunk: Buffer) => seen.push(String(chunk)));
    for (const event of ['end', 'aborted']) response.on(event, () => seen.push(`response ${event}`));
    response.on('error', (error) => seen.push(shape(error)));
  });
  act(request);
  request.end();
  await new Promise((resolve) => void request.once('close', resolve));
  return [...seen, request.destroyed];
}

const acts: readonly (readonly [string, http.RequestOptions, (request: http.ClientRequest) => void])[] = [
  ['left alone', {}, () => undefined],
  ['with a connection that is kept', { agent: new http.Agent({ keepAlive: true }) }, () => undefined],
  ['destroyed', {}, (request) => setTimeout(() => request.destroy(), 150)],
  ['destroyed with an error', {}, (request) => setTimeout(() => request.destroy(new Error('enough')), 150)],
  ['aborted by a signal', { signal: AbortSignal.timeout(150) }, () => undefined],
  ['with a time limit', { timeout: 120 }, (request) => request.on('timeout', () => request.destroy())],
  ['with a time limit that is set', {}, (request) => request.setTimeout(120, () => request.destroy())],
  ['destroyed at once', {}, (request) => request.destroy()],
];

describe('http.request: as with a server that is as slow', () => {
  test.each(acts)('%s', async (_name, options, act) => {
    await using slow = await serverAfter(400);
    await using quick = await serverAfter(0);
    // A signal's time runs from when it is made.
    const fresh = () => ('signal' in options ? { ...options, signal: AbortSignal.timeout(150) } : options);
    const real = await story(slow.url, fresh(), act);
    await using _ = await inject({ methods: ['http.request'], delayMs: 400 });
    const from = performance.now();
    expect(await story(quick.url, fresh(), act)).toEqual(real);
    const isWhole = real.includes('response');
    if (isWhole) expect(performance.now() - from).toBeGreaterThan(380);
  });

  test('its own errors are its own', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    const real = await story(url, {}, () => undefined);
    await using _ = await inject({ methods: ['http.request'], delayMs: 60_000 });
    expect(await story(url, {}, () => undefined)).toEqual(real);
  });

  test('the reply comes when the fault ends', async () => {
    await using quick = await serverAfter(0);
    const injection = await inject({ methods: ['http.request'], delayMs: 60_000 });
    const reply = story(quick.url, {}, () => undefined);
    await expect.poll(async () => (await injection.check(never)).exposure).toMatchObject({ n: 1 });
    await injection.revert(never);
    expect(await reply).toEqual(['finish', 'response', 200, 'stock', 'response end', true]);
  });
});

describe('fetch', () => {
  test('waits, and a signal ends the wait as it ends a slow fetch', async () => {
    await using slow = await serverAfter(60_000);
    await using quick = await serverAfter(0);
    const ended = async (url: string, init: () => RequestInit) =>
      shape(await fetch(url, init()).catch((error: unknown) => error));
    const signals = [
      () => ({ signal: AbortSignal.timeout(100) }),
      () => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(new Error('enough')), 100);
        return { signal: controller.signal };
      },
    ];
    const real = [];
    for (const init of signals) real.push(await ended(slow.url, init));
    const injection = await inject({ methods: ['fetch'], delayMs: 60_000 });
    const ours = [];
    for (const init of signals) ours.push(await ended(quick.url, init));
    expect(ours).toEqual(real);
    const request = new Request(quick.url, { signal: AbortSignal.timeout(100) });
    expect(shape(await fetch(request).catch((error: unknown) => error))).toEqual(real[0]);
    const waiting = fetch(quick.url);
    await injection.revert(never);
    expect(await (await waiting).text()).toBe('stock');
    await using _ = await inject({ methods: ['fetch'], delayMs: 200 });
    const from = performance.now();
    expect(await (await fetch(quick.url)).text()).toBe('stock');
    expect(performance.now() - from).toBeGreaterThan(190);
  });
});

describe('net.connect: the socket is connecting so long', () => {
  test('what is written arrives', async () => {
    await using server = await listen(echo);
    await using _ = await inject({ methods: ['net.connect'], delayMs: 200 });
    const from = performance.now();
    const socket = net.connect(server.address);
    expect([socket.connecting, socket.pending, socket.readyState]).toEqual([true, true, 'opening']);
    socket.write('early');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(String(answer)).toBe('early');
    expect(performance.now() - from).toBeGreaterThan(190);
    socket.destroy();
  });

  test('it can be destroyed, and runs into its time limit', async () => {
    await using server = await listen(echo);
    await using injection = await inject({ methods: ['net.connect'], delayMs: 60_000 });
    const destroyed = net.connect(server.address);
    destroyed.destroy();
    expect(await once(destroyed, 'close')).toEqual([false]);
    const limited = net.connect({ ...server.address, timeout: 100 });
    await once(limited, 'timeout');
    expect(limited.connecting).toBe(true);
    limited.destroy();
    const waiting = net.connect(server.address);
    const connected = once(waiting, 'connect');
    await injection.revert(never);
    await connected;
    waiting.destroy();
    expect(server.connections).toBe(1);
  });
});
