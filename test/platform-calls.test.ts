import childProcess, { ChildProcess } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import fs from 'node:fs';
import http, { request as importedRequest } from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { FaultInjector } from '../src/faults/fault-injector.js';
import type { Injection } from '../src/faults/injection.js';
import { activePatches } from '../src/interpose/active-patches.js';
import { redirectOutgoing } from '../src/interpose/outgoing-connections.js';
import { isInjected } from '../src/interpose/injected-error.js';
import type { Dialer } from '../src/model/dialer.js';
import type { FiredDecision } from '../src/model/fault.js';
import type { ExceptionInjectionParameters } from '../src/model/scenario-parameters.js';
import type { ProbeSpec } from '../src/model/probe.js';
import { systemClock } from '../src/model/system-clock.js';
import type { Target } from '../src/model/target.js';
import { createProbe } from '../src/probes/create-probe.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';
import { thisProcessTarget } from '../src/targets/this-process-target.js';
import { closedPort, echo, listen, never, startUpstream } from './network-servers.js';

const target = thisProcessTarget('shop');
const fired: FiredDecision[] = [];

afterEach(() => {
  fired.length = 0;
  expect(activePatches()).toEqual([]);
});

function inject(
  parameters: Partial<ExceptionInjectionParameters>,
  on: Target = target,
  seed = 1,
): Promise<Injection> {
  const scenario = CHAOS_SCENARIOS.random_exceptions.with({
    parameters: { injectionRate: 1, exceptionTypes: ['ECONNREFUSED'], ...parameters },
  });
  return new FaultInjector().inject(scenario, on, { seed, onFired: (decision) => void fired.push(decision) });
}

const sites = () => fired.map(({ site }) => site);

async function matchedBy(injection: Injection): Promise<string> {
  const { exposure } = await injection.check(never);
  return exposure.kind === 'counted' ? `${exposure.n} ${exposure.what}` : exposure.kind;
}

/** All of an error that code can see, with its causes; stacks apart. */
function shape(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { stack: _stack, cause, ...own } = Object.getOwnPropertyDescriptors(error);
  const brand = Symbol.for('chaosx.injected');
  return {
    name: error.name,
    message: error.message,
    own: Object.fromEntries(Object.entries(own)),
    order: Object.keys(error),
    symbols: Object.getOwnPropertySymbols(error).filter((symbol) => symbol !== brand),
    cause: cause && { ...cause, value: shape(cause.value) },
  };
}

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: unknown) => error,
  );

/** What an emitter emits until it closes, by name; errors by their shape. */
async function story(emitter: net.Socket | http.ClientRequest): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  for (const event of ['socket', 'lookup', 'connect', 'ready', 'response', 'timeout', 'abort'])
    emitter.on(event, () => seen.push(event));
  emitter.on('error', (error) => seen.push(shape(error)));
  const hadError = await new Promise((resolve) => void emitter.once('close', resolve));
  return [...seen, 'close', hadError, emitter.destroyed];
}

async function replyOf(request: http.ClientRequest): Promise<string> {
  request.end();
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const chunks: string[] = [];
  for await (const chunk of response) chunks.push(String(chunk));
  return chunks.join('');
}

describe('what callers get is what a refused connection gives them', () => {
  test('fetch', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    const real = await rejection(fetch(url));
    await using _ = await inject({ methods: ['fetch'] });
    const ours = await rejection(fetch(url));
    expect(shape(ours)).toEqual(shape(real));
    expect([isInjected(ours), isInjected((ours as Error).cause)]).toEqual([true, true]);
    expect(isInjected(real)).toBe(false);
  });

  test.each([
    ['without an agent', () => ({ agent: false as const })],
    ['with the global agent', () => ({})],
    ['with an agent that keeps connections', () => ({ agent: new http.Agent({ keepAlive: true }) })],
  ])('http.request %s', async (_name, options) => {
    const port = await closedPort();
    const asked = () => {
      const request = http.request({ host: '127.0.0.1', port, method: 'POST', ...options() });
      request.write('half');
      request.end('done');
      return request;
    };
    const real = await story(asked());
    await using _ = await inject({ methods: ['http.request'] });
    expect(await story(asked())).toEqual(real);
    expect(sites()).toEqual(['http.request']);
  });

  test.each(['options', 'url', 'text', 'url and options'])('http.get, asked by %s', async (form) => {
    const port = await closedPort();
    const text = `http://127.0.0.1:${port}/x`;
    const asked = () => {
      if (form === 'options') return http.get({ hostname: '127.0.0.1', port, path: '/x' }, () => undefined);
      if (form === 'url') return http.get(new URL(text), () => undefined);
      if (form === 'text') return http.get(text, () => undefined);
      return http.get(text, { headers: { a: 'b' } }, () => undefined);
    };
    const real = await story(asked());
    await using _ = await inject({ methods: ['http.request'] });
    const request = asked();
    expect([request.path, request.host, request.listenerCount('response')]).toEqual(['/x', '127.0.0.1', 1]);
    expect(await story(request)).toEqual(real);
  });

  test('https.request', async () => {
    const url = `https://127.0.0.1:${await closedPort()}/`;
    const real = await story(https.get(url));
    await using _ = await inject({});
    expect(await story(https.get(url))).toEqual(real);
    expect(sites()).toEqual(['https.request']);
  });

  test.each([
    ['net.connect', (port: number) => net.connect(port, '127.0.0.1')],
    ['net.createConnection', (port: number) => net.createConnection({ port, host: '127.0.0.1' })],
    ['new net.Socket().connect', (port: number) => new net.Socket().connect(port, '127.0.0.1')],
    ['tls.connect', (port: number) => tls.connect({ port, host: '127.0.0.1' })],
  ])('%s', async (_name, connect) => {
    const port = await closedPort();
    const real = await story(connect(port));
    await using _ = await inject({ methods: ['net.*'] });
    const socket = connect(port);
    expect([socket.connecting, socket.destroyed]).toEqual([true, false]);
    expect(await story(socket)).toEqual(real);
    // A socket may connect anew after it failed.
    expect(sites()).toEqual(['net.connect']);
  });

  test('an invalid call fails as ever, at once, and is not counted', async () => {
    await using injection = await inject({});
    expect(() => http.request('no url')).toThrow(expect.objectContaining({ code: 'ERR_INVALID_URL' }));
    expect(() => net.connect({ port: 99_999 })).toThrow(
      expect.objectContaining({ code: 'ERR_SOCKET_BAD_PORT' }),
    );
    expect(await (await fetch('data:text/plain,hello')).text()).toBe('hello');
    expect(await rejection(fetch('no url'))).toMatchObject({ message: 'Failed to parse URL from no url' });
    expect(await matchedBy(injection)).toBe('0 calls hit, of 0 that matched');
  });
});

describe('reasons of an AbortSignal', () => {
  test.each(['AbortError', 'TimeoutError'])('%s', async (type) => {
    const reason = await (async () => {
      if (type === 'AbortError') return AbortSignal.abort().reason as Error;
      const signal = AbortSignal.timeout(1);
      await once(signal, 'abort');
      return signal.reason as Error;
    })();
    await using upstream = await startUpstream();
    const controllers: AbortController[] = [];
    const signal = () => {
      const controller = new AbortController();
      controllers.push(controller);
      return controller.signal;
    };
    const reals = [
      story(http.get(upstream.url, { signal: signal(), agent: false })),
      story(net.connect({ port: upstream.port, host: '127.0.0.1', signal: signal() })),
    ];
    for (const controller of controllers) controller.abort(reason);
    const errors = (await Promise.all(reals)).map((events) =>
      events.filter((event) => typeof event === 'object'),
    );
    await using _ = await inject({ exceptionTypes: [type] });
    const ours = await Promise.all([
      story(http.get(upstream.url)),
      story(net.connect(upstream.port, '127.0.0.1')),
    ]);
    expect(ours.map((events) => events.filter((event) => typeof event === 'object'))).toEqual(errors);
    expect(await rejection(fetch(upstream.url))).toMatchObject({ name: type, message: reason.message });
  });
});

describe('after: the work is done, and its reply is lost', () => {
  test.each([
    ['fetch', (url: string) => rejection(fetch(url, { method: 'POST', body: 'x' }))],
    ['http.request', (url: string) => story(http.request(url, { method: 'POST' }).end('x'))],
  ])('%s', async (site, ask) => {
    let served = 0;
    const server = http.createServer((request, response) => {
      request.resume().on('end', () => {
        served += 1;
        response.end('done');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    {
      await using injection = await inject({ moment: 'after', exceptionTypes: ['ECONNRESET'] });
      const got = await ask(`http://127.0.0.1:${port}/`);
      const reset = { code: 'ECONNRESET', syscall: 'read', errno: expect.any(Number) as number };
      if (site === 'fetch') expect((got as Error).cause).toMatchObject(reset);
      else
        expect(got).toEqual([
          'socket',
          expect.objectContaining({ message: 'read ECONNRESET' }),
          'close',
          undefined,
          true,
        ]);
      expect(served).toBe(1);
      expect(await matchedBy(injection)).toBe('1 calls hit, of 1 that matched');
    }
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  test('net.connect', async () => {
    await using server = await listen(echo);
    await using _ = await inject({ moment: 'after', exceptionTypes: ['ECONNRESET'] });
    const socket = net.connect(server.address);
    socket.write('kept back until connected');
    expect(await story(socket)).toEqual([
      expect.objectContaining({ message: 'read ECONNRESET' }),
      'close',
      true,
      true,
    ]);
    await expect.poll(() => server.connections).toBe(1);
  });

  test('a call that fails by itself keeps its own error', async () => {
    const port = await closedPort();
    await using injection = await inject({ moment: 'after', exceptionTypes: ['ENOTFOUND'] });
    const error = await rejection(fetch(`http://127.0.0.1:${port}/`));
    expect((error as Error).cause).toMatchObject({ code: 'ECONNREFUSED' });
    expect(isInjected(error)).toBe(false);
    expect(await matchedBy(injection)).toBe('0 calls hit, of 1 that matched');
  });

  test('a reply that comes after the revert arrives', async () => {
    const answers: http.ServerResponse[] = [];
    const server = http.createServer((_request, response) => void answers.push(response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}/`;
    const injection = await inject({ moment: 'after' });
    const pending = [fetch(url).then((answer) => answer.text()), replyOf(http.request(url))];
    await expect.poll(() => answers.length).toBe(2);
    await injection.revert(never);
    for (const answer of answers) answer.end('late');
    expect(await Promise.all(pending)).toEqual(['late', 'late']);
    server.closeAllConnections();
    server.close();
  });
});

describe('one call of the program counts once', () => {
  test('calls that are let through are not chosen from again below', async () => {
    await using upstream = await startUpstream();
    await using injection = await inject({ when: (_args, { component }) => component === 'none' });
    await (await fetch(upstream.url)).text();
    await replyOf(http.request(upstream.url));
    await injection.revert(never);
    await using counting = await inject({ injectionRate: 0 });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    await Promise.all([
      ...Array.from({ length: 3 }, async () => (await fetch(upstream.url)).text()),
      // All but the first connect long after they were asked for, or never.
      ...Array.from({ length: 3 }, () =>
        replyOf(http.request(upstream.url, { agent, headers: { connection: 'close' } })),
      ),
      once(net.connect(upstream.port, '127.0.0.1'), 'connect'),
    ]);
    agent.destroy();
    expect(await matchedBy(counting)).toBe('0 calls hit, of 7 that matched');
  });

  test('what the program does in its listeners and after its awaits is its own', async () => {
    await using upstream = await startUpstream();
    await using injection = await inject({ injectionRate: 0 });
    await new Promise<void>((resolve, reject) => {
      http.get(upstream.url, (response) => {
        response.resume().on('end', () => {
          fetch(upstream.url)
            .then((answer) => answer.text())
            .then(() => fetch(upstream.url))
            .then((answer) => answer.text())
            .then(() => resolve(), reject);
        });
      });
    });
    expect(await matchedBy(injection)).toBe('0 calls hit, of 3 that matched');
  });

  test('connects of fetch and of agents count where nothing above them was chosen', async () => {
    await using upstream = await startUpstream();
    await using _ = await inject({ methods: ['net.connect'] });
    expect(await rejection(fetch(upstream.url))).toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    expect(await rejection(replyOf(http.request(upstream.url)))).toMatchObject({ code: 'ECONNREFUSED' });
    expect(sites()).toEqual(['net.connect', 'net.connect']);
  });

  test('two faults: one call has one error, and each counts what it sees', async () => {
    await using upstream = await startUpstream();
    await using below = await inject({ exceptionTypes: ['ECONNRESET'] });
    await using above = await inject({ everyNth: 2, exceptionTypes: ['ETIMEDOUT'] });
    const errors = [await rejection(fetch(upstream.url)), await rejection(fetch(upstream.url))];
    expect(errors).toMatchObject([{ cause: { code: 'ECONNRESET' } }, { cause: { code: 'ETIMEDOUT' } }]);
    const requested = [
      await rejection(replyOf(http.request(upstream.url))),
      await rejection(replyOf(http.request(upstream.url))),
    ];
    expect(requested).toMatchObject([{ code: 'ECONNRESET' }, { code: 'ETIMEDOUT' }]);
    expect(await matchedBy(below)).toBe('2 calls hit, of 2 that matched');
    expect(await matchedBy(above)).toBe('2 calls hit, of 4 that matched');
  });
});

describe('which calls', () => {
  test('get and request are counted together, and by the seed', async () => {
    const run = async () => {
      await using upstream = await startUpstream();
      await using _ = await inject({ injectionRate: 0.5 }, target, 7);
      for (let n = 0; n < 20; n += 1) {
        const asked = n % 2 === 0 ? http.get(upstream.url) : http.request(upstream.url);
        await replyOf(asked).catch(() => undefined);
      }
      return fired.splice(0).map(({ n }) => n);
    };
    const first = await run();
    expect(first.length).toBeGreaterThan(3);
    expect(first.length).toBeLessThan(17);
    expect(await run()).toEqual(first);
  });

  test('named imports of a module of the platform are reached, and come back', async () => {
    await using upstream = await startUpstream();
    const before = importedRequest;
    {
      await using _ = await inject({});
      expect(await rejection(replyOf(importedRequest(upstream.url)))).toMatchObject({ code: 'ECONNREFUSED' });
    }
    expect(importedRequest).toBe(before);
    expect(await replyOf(importedRequest(upstream.url))).toBe('stock');
  });

  test('probes of chaosx and Unix sockets are left alone', async () => {
    await using upstream = await startUpstream();
    await using injection = await inject({});
    const probes: readonly ProbeSpec[] = [
      { name: 'http', http: upstream.url, expect: { status: 200 } },
      { name: 'tcp', tcp: `127.0.0.1:${upstream.port}` },
    ];
    for (const spec of probes) {
      expect(await createProbe(spec, { clock: systemClock }).ask(never)).toMatchObject({ ok: true });
    }
    expect(await rejection(once(net.connect('/nowhere/chaosx.sock'), 'connect'))).toMatchObject({
      code: 'ENOENT',
    });
    expect(await matchedBy(injection)).toBe('0 calls hit, of 0 that matched');
  });

  test('named by objects, besides their own methods', async () => {
    await using upstream = await startUpstream();
    const db = { query: async () => 1, request: async () => 2 };
    await using _ = await inject({ methods: ['query', 'fetch'] }, inProcessTarget('shop', { db }));
    expect(await rejection(db.query())).toMatchObject({ code: 'ECONNREFUSED' });
    expect(await rejection(fetch(upstream.url))).toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    expect(await replyOf(http.request(upstream.url))).toBe('stock');
  });

  test('a class of the user’s is delivered as it is', async () => {
    class Outage extends Error {}
    await using upstream = await startUpstream();
    await using _ = await inject({ exceptionTypes: [Outage] });
    expect(await rejection(fetch(upstream.url))).toBeInstanceOf(Outage);
    expect(await rejection(replyOf(http.request(upstream.url)))).toBeInstanceOf(Outage);
  });

  test('errors name where the call was going', async () => {
    await using _ = await inject({ exceptionTypes: ['ENOTFOUND'] });
    expect(await rejection(fetch('https://prices.test/a'))).toMatchObject({
      cause: { code: 'ENOTFOUND', hostname: 'prices.test', message: 'getaddrinfo ENOTFOUND prices.test' },
    });
    expect(await rejection(once(net.connect(5432, 'db.test'), 'connect'))).toMatchObject({
      hostname: 'db.test',
    });
  });

  test.each([
    [['htp.request'], 'no call of the platform matches "htp.request" (did you mean "http.request"?)'],
    [['dgram.send'], 'there are fetch, http.request, https.request, net.connect'],
  ])('a pattern without a match is refused: %s', async (methods, message) => {
    await expect(inject({ methods })).rejects.toMatchObject({
      code: 'UNSUPPORTED_SCENARIO',
      message: expect.stringContaining(message) as string,
    });
  });
});

test('a redirected connect and an injected one are put back in either order', async () => {
  const before = Object.getOwnPropertyDescriptor(net.Socket.prototype, 'connect');
  const dead: Dialer = {
    port: 1,
    alive: false,
    dial: async () => ({ outcome: 'unavailable' }),
    lookUp: async () => null,
    claim: () => undefined,
    abandon: () => undefined,
  };
  for (const redirectFirst of [true, false]) {
    const redirect = () => redirectOutgoing(dead);
    const early = redirectFirst ? redirect() : null;
    const injection = await inject({});
    const late = redirectFirst ? null : redirect();
    if (early !== null) {
      expect(early()).toBe(true);
      expect(await rejection(once(net.connect(9, '127.0.0.1'), 'connect'))).toSatisfy(isInjected);
      await injection.revert(never);
    } else {
      await injection.revert(never);
      expect(late?.()).toBe(true);
    }
    expect(Object.getOwnPropertyDescriptor(net.Socket.prototype, 'connect')).toEqual(before);
  }
});

test('whatever is injected and reverted, in any order, the platform is as it was', async () => {
  const others = [
    fs,
    fs.promises,
    dns,
    dns.promises,
    dns.Resolver.prototype,
    childProcess,
    ChildProcess.prototype,
  ];
  const print = () =>
    [globalThis, http, https, net.Socket.prototype, ...others].map((at) =>
      Object.getOwnPropertyDescriptors(at),
    );
  const before = print();
  const patterns = fc.subarray(
    ['fetch', 'http.request', 'https.*', 'net.connect', '*', 'fs.read*', 'dns.*', 'child_process.*'],
    { minLength: 1 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(patterns, fc.nat()), { minLength: 1, maxLength: 4 }),
      async (faults) => {
        const injections = await Promise.all(faults.map(([methods]) => inject({ methods })));
        const order = faults.map(([, rank], index) => ({ rank, injection: injections[index] }));
        for (const { injection } of order.toSorted((a, b) => a.rank - b.rank)) await injection?.revert(never);
        expect(print()).toEqual(before);
        expect(activePatches()).toEqual([]);
      },
    ),
    { numRuns: 25 },
  );
});
