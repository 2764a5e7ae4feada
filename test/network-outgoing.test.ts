import { spawn } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { Redis } from 'ioredis';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exempt } from '../src/interpose/exempt.js';
import { isConnectPatched, redirectOutgoing } from '../src/interpose/outgoing-connections.js';
import { identityOf } from '../src/proxy/process-identity.js';
import { type OpenOutgoingRoute, type ProxyProcess, startProxy } from '../src/proxy/proxy-process.js';
import { certificate, closedPort, echo, fateOf, listen, never, track } from './network-servers.js';

const platformConnect = Object.getOwnPropertyDescriptor(net.Socket.prototype, 'connect');
const exemptConnect = (address: { host: string; port: number }) => exempt(() => net.connect(address));
const slow = { type: 'latency', minMs: 80, maxMs: 80, direction: 'to-target', seed: 1 } as const;

let proxies = 0;

async function start(): Promise<{ proxy: ProxyProcess; route: OpenOutgoingRoute }> {
  proxies += 1;
  const proxy = await startProxy({
    runId: `outgoing-${process.pid}-${proxies}`,
    exitWith: identityOf(process.pid),
    connect: exemptConnect,
    signal: never,
  });
  return { proxy, route: await proxy.openOutgoingRoute({ component: 'out' }, never) };
}

let proxy: ProxyProcess;
let route: OpenOutgoingRoute;
let restore: () => boolean;

beforeEach(async () => {
  ({ proxy, route } = await start());
  restore = redirectOutgoing(route.dialer);
});
afterEach(async () => {
  expect(restore()).toBe(true);
  expect(Object.getOwnPropertyDescriptor(net.Socket.prototype, 'connect')).toEqual(platformConnect);
  expect(net.Socket.prototype.connect).toBe(platformConnect?.value);
  await proxy[Symbol.asyncDispose]();
});

/** Runs `work` as the platform alone would, past every redirection. */
async function unredirected<T>(work: () => Promise<T>): Promise<T> {
  const patched = Object.getOwnPropertyDescriptor(net.Socket.prototype, 'connect') ?? {};
  Object.defineProperty(net.Socket.prototype, 'connect', platformConnect ?? {});
  try {
    return await work();
  } finally {
    Object.defineProperty(net.Socket.prototype, 'connect', patched);
  }
}

/** All that a program can see of an error, nested ones included. */
function shapeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return {
    class: Object.getPrototypeOf(error).constructor.name.replace('NodeAggregateError', 'AggregateError'),
    name: error.name,
    message: error.message,
    fields: Object.entries(error),
    ...(error instanceof AggregateError && { errors: error.errors.map(shapeOf) }),
    ...(error.cause !== undefined && { cause: shapeOf(error.cause) }),
  };
}

async function failureOf(connecting: () => Socket): Promise<unknown> {
  const [error] = await once(connecting(), 'error');
  return shapeOf(error);
}

async function say(socket: Socket, text: string): Promise<{ heard: string; tookMs: number }> {
  const began = performance.now();
  socket.write(text);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return { heard: String(chunk), tookMs: performance.now() - began };
}

describe('through the proxy, and like the platform', () => {
  test('every form of connect works, is counted, and is delayed', async () => {
    await using server = await listen(echo);
    const { port } = server;
    await route.addToxic('slow', slow, never);
    const forms: (() => Socket)[] = [
      () => net.connect(port),
      () => net.connect(port, '127.0.0.1'),
      () => net.connect(port, 'localhost', () => {}),
      () => net.connect({ port, host: 'localhost' }),
      () =>
        net.createConnection({ port: String(port) as unknown as number, host: '127.0.0.1', noDelay: true }),
      () => new net.Socket().connect(port, () => {}),
      () =>
        new net.Socket()
          .setNoDelay(true)
          .setKeepAlive(true)
          .connect({ port, family: 4, localAddress: '127.0.0.1' }),
      () => new net.Socket().connect(Object.freeze({ port, host: '127.0.0.1' })),
      // As fetch does.
      () =>
        net.connect({
          port,
          host: 'localhost',
          localAddress: null,
          lookup: null,
        } as unknown as net.NetConnectOpts),
    ];
    for (const form of forms) {
      const socket = form();
      expect([socket.connecting, socket.pending, socket.readyState]).toEqual([true, true, 'opening']);
      const { heard, tookMs } = await say(socket, 'hello');
      expect(heard).toBe('hello');
      expect(tookMs).toBeGreaterThanOrEqual(80);
      socket.destroy();
    }
    expect(server.connections).toBe(forms.length);
    const { connections, affectedConnections } = await route.stats(never);
    expect({ connections, affectedConnections }).toEqual({ connections: 9, affectedConnections: 9 });
  });

  test('http with kept-alive connections, https, tls and fetch', async () => {
    const app: http.RequestListener = (request, response) => {
      request.pipe(response);
    };
    await using plain = await track(http.createServer(app), () => {});
    await using secure = await track(https.createServer(certificate, app), () => {});
    const post = async (lib: typeof http | typeof https, options: https.RequestOptions, body: string) => {
      const request = lib.request({ method: 'POST', host: '127.0.0.1', ...options });
      request.end(body);
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      let text = '';
      for await (const chunk of response) text += String(chunk);
      return text;
    };
    await route.addToxic('slow', slow, never);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const began = performance.now();
    expect(await post(http, { port: plain.port, agent }, 'one')).toBe('one');
    expect(await post(http, { port: plain.port, agent }, 'two')).toBe('two');
    expect(performance.now() - began).toBeGreaterThanOrEqual(160);
    expect(plain.connections).toBe(1);
    agent.destroy();

    const trusting = { port: secure.port, ca: certificate.cert, agent: new https.Agent() };
    expect(await post(https, trusting, 'secret')).toBe('secret');
    expect(await post(https, { ...trusting, servername: 'shop.test' }, 'named')).toBe('named');
    // Without trust, TLS fails as it would: the proxy is no party to it.
    await expect(post(https, { port: secure.port, agent: new https.Agent() }, '')).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });

    const socket = tls.connect({
      port: secure.port,
      host: '127.0.0.1',
      ca: certificate.cert,
      servername: 'shop.test',
    });
    await once(socket, 'secureConnect');
    expect([socket.authorized, socket.servername]).toEqual([true, 'shop.test']);
    socket.destroy();

    const answer = await fetch(`http://localhost:${plain.port}/`, { method: 'POST', body: 'fetched' });
    expect(await answer.text()).toBe('fetched');
    expect((await route.stats(never)).connections).toBe(6);
  });

  test('a big body arrives whole', async () => {
    await using server = await listen(echo);
    const socket = net.connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    const bytes = Buffer.alloc(8_000_000, 'chaos');
    socket.end(bytes);
    let length = 0;
    for await (const chunk of socket) length += (chunk as Buffer).length;
    expect(length).toBe(bytes.length);
  });

  test('a client of Redis connects, works, and reconnects after a refusal', async () => {
    await using server = await listen((socket) => {
      socket.on('data', (chunk) => {
        const commands = String(chunk).match(/^\*/gm)?.length ?? 0;
        for (let n = 0; n < commands; n += 1) socket.write('+PONG\r\n');
      });
    });
    const errors: string[] = [];
    const redis = new Redis({
      port: server.port,
      host: '127.0.0.1',
      enableReadyCheck: false,
      retryStrategy: () => 20,
    });
    redis.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code ?? error.message));
    expect(await redis.ping()).toBe('PONG');
    await route.addToxic('no', { type: 'refuse' }, never);
    await expect.poll(() => errors.filter((code) => code === 'ECONNREFUSED').length).toBeGreaterThan(1);
    await route.removeToxic('no', never);
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
    const { connections, byToxic } = await route.stats(never);
    expect(connections).toBeGreaterThanOrEqual(4);
    expect(byToxic['no']?.connections).toBeGreaterThanOrEqual(3);
  });

  test('the socket sees the name it asked for, and only the far address differs', async () => {
    await using server = await listen(echo);
    const socket = net.connect({ port: server.port, host: 'localhost' });
    const lookup = once(socket, 'lookup');
    await once(socket, 'connect');
    expect((await lookup).at(-1)).toBe('localhost');
    expect([socket.remoteAddress, socket.remotePort]).toEqual(['127.0.0.1', route.dialer.port]);
    socket.destroy();
  });
});

describe('real failures', () => {
  test('refused, unknown and unreachable look exactly as without us', async () => {
    const port = await closedPort();
    const cases: (() => Socket)[] = [
      () => net.connect(port, '127.0.0.1'),
      () => net.connect({ port, host: '::1' }),
      // Two addresses in a row make an AggregateError of the platform's.
      () => net.connect({ port, host: 'both.test', lookup: lookupOf('127.0.0.1', '127.0.0.2') }),
      () => net.connect({ port, host: 'one.test', lookup: lookupOf('127.0.0.3') }),
      () => net.connect({ port, host: 'one.test', family: 4, lookup: lookupOf('127.0.0.3') }),
      () => net.connect({ port, host: 'name.invalid' }),
      () => net.connect({ port, host: '127.0.0.1', localAddress: '127.0.0.1' }),
      () => net.connect({ port, host: '127.0.0.1', localAddress: '192.0.2.1' }),
      () => net.connect({ port, host: 'odd.test', lookup: lookupOf('nonsense') }),
    ];
    for (const connecting of cases) {
      const [ours, theirs] = [await failureOf(connecting), await unredirected(() => failureOf(connecting))];
      expect(ours).toEqual(theirs);
    }
    const asked = await failureOf(() => net.connect(port, '127.0.0.1'));
    expect(asked).toMatchObject({ class: 'Error', message: `connect ECONNREFUSED 127.0.0.1:${port}` });
    const fetched = async () =>
      shapeOf(await fetch(`http://127.0.0.1:${port}`).catch((error: unknown) => error));
    expect(await fetched()).toEqual(await unredirected(fetched));
  });

  test('a refusal by fault looks like a real one', async () => {
    await using server = await listen(echo);
    const { port } = server;
    const closed = await closedPort();
    await route.addToxic('no', { type: 'refuse' }, never);
    const addresses = ['127.0.0.1', '127.0.0.2'];
    const cases = [
      (to: number) => net.connect(to, '127.0.0.1'),
      (to: number) => net.connect({ port: to, host: 'both.test', lookup: lookupOf(...addresses) }),
    ];
    for (const connecting of cases) {
      const ours = JSON.stringify(await failureOf(() => connecting(port)));
      const theirs = JSON.stringify(await unredirected(() => failureOf(() => connecting(closed))));
      expect(ours.replaceAll(String(port), 'PORT')).toBe(theirs.replaceAll(String(closed), 'PORT'));
    }
    const error: unknown = await fetch(`http://127.0.0.1:${port}`).catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      message: 'fetch failed',
      cause: { code: 'ECONNREFUSED', syscall: 'connect' },
    });
    expect(await route.stats(never)).toMatchObject({ connections: 3, byToxic: { no: { connections: 3 } } });
    expect(server.connections).toBe(0);
  });

  test('wrong arguments throw what the platform throws', () => {
    const wrong: unknown[][] = [
      [],
      [{}],
      [{ port: 70_000 }],
      [{ port: 'x' }],
      [-1],
      [{ port: true }],
      [{ port: 80, localAddress: 'here' }],
      [{ port: 80, localPort: 'x' }],
      [{ port: 80, lookup: 5 }],
      [{ port: 80, host: 'name.invalid', autoSelectFamily: 'yes' }],
      [{ port: 80, host: 'name.invalid', family: 5 }],
      [{ port: 80, host: 'name.invalid', hints: 4_711 }],
      [{ path: 5 }],
      [null],
    ];
    const attempt = (args: unknown[]) => {
      const socket = new net.Socket();
      socket.on('error', () => {});
      try {
        (socket.connect as (...all: unknown[]) => Socket)(...args);
        return 'accepted';
      } catch (error) {
        return shapeOf(error);
      } finally {
        socket.destroy();
      }
    };
    for (const args of wrong) {
      const ours = attempt(args);
      restore();
      expect(ours).toEqual(attempt(args));
      restore = redirectOutgoing(route.dialer);
    }
  });
});

/** A lookup that knows some addresses, in both of its calling conventions. */
function lookupOf(...addresses: string[]): net.LookupFunction {
  return (_name, options, callback) => {
    const found = addresses.map((address) => ({ address, family: 4 }));
    process.nextTick(() => {
      if (options.all) callback(null, found);
      else callback(null, found[0]?.address ?? '', 4);
    });
  };
}

describe('partition', () => {
  test('drop both: a connect hangs until its owner gives up, or the cut ends', async () => {
    await using server = await listen(echo);
    await route.addToxic('cut', { type: 'drop', direction: 'both' }, never);
    const timid = net.connect({ port: server.port, host: '127.0.0.1', timeout: 100 });
    await once(timid, 'timeout');
    timid.destroy();
    await once(timid, 'close');
    await expect(
      fetch(`http://127.0.0.1:${server.port}`, { signal: AbortSignal.timeout(100) }),
    ).rejects.toMatchObject({ name: 'TimeoutError' });
    const patient = net.connect({ port: server.port, host: '127.0.0.1' });
    await expect.poll(async () => (await route.stats(never)).byToxic['cut']?.connections).toBe(3);
    expect([server.connections, patient.connecting]).toEqual([0, true]);
    await route.removeToxic('cut', never);
    expect((await say(patient, 'at last')).heard).toBe('at last');
    // What fetch gave up is its request: its connect went on in the pool, and succeeds as well.
    await expect.poll(() => server.connections).toBe(2);
    patient.destroy();
  });

  test('a socket that connects anew as soon as it closed does not slip past the cut', async () => {
    await using server = await listen(echo);
    await route.addToxic('cut', { type: 'drop', direction: 'both' }, never);
    const socket = new net.Socket();
    const closed = once(socket, 'close');
    socket.once('close', () => socket.connect(server.address));
    socket.connect(server.address);
    await expect.poll(async () => (await route.stats(never)).connections).toBe(1);
    socket.destroy();
    await closed;
    await expect.poll(async () => (await route.stats(never)).connections).toBe(2);
    // Time for a connect to loopback that went past the proxy.
    await expect(once(socket, 'connect', { signal: AbortSignal.timeout(100) })).rejects.toThrow('aborted');
    expect(socket.connecting).toBe(true);
    await route.removeToxic('cut', never);
    await once(socket, 'connect');
    expect(await say(socket, 'healed')).toMatchObject({ heard: 'healed' });
    expect(server.connections).toBe(1);
    socket.destroy();
  });

  test('drop to-target: the request gets there, its answer does not come back', async () => {
    const heard: string[] = [];
    await using server = await listen((socket) => {
      socket.on('data', (chunk) => {
        heard.push(String(chunk));
        socket.write('done');
      });
    });
    await route.addToxic('deaf', { type: 'drop', direction: 'to-target' }, never);
    const socket = net.connect(server.port, '127.0.0.1');
    const fate = fateOf(socket);
    socket.write('pay');
    await expect.poll(() => heard).toEqual(['pay']);
    await expect.poll(async () => (await route.stats(never)).affectedChunks).toBe(1);
    await route.removeToxic('deaf', never);
    expect(await fate).toBe('ECONNRESET');
  });

  test('refuse resets what is open', async () => {
    await using server = await listen(echo);
    const socket = net.connect(server.port, '127.0.0.1');
    await say(socket, 'hello');
    const fate = fateOf(socket);
    await route.addToxic('no', { type: 'refuse' }, never);
    expect(await fate).toBe('ECONNRESET');
  });
});

describe('what is left alone', () => {
  test('exempt connects, Unix paths, and connections from before', async () => {
    await using server = await listen(echo);
    restore();
    const before = net.connect(server.port, '127.0.0.1');
    await say(before, 'hello');
    restore = redirectOutgoing(route.dialer);
    await route.addToxic('no', { type: 'refuse' }, never);
    expect((await say(before, 'still')).heard).toBe('still');
    before.destroy();

    const direct = exempt(() => net.connect(server.port, '127.0.0.1'));
    expect((await say(direct, 'direct')).heard).toBe('direct');
    direct.destroy();
    expect(() =>
      exempt(() => {
        throw new Error('passed on');
      }),
    ).toThrow('passed on');
    expect(await fateOf(net.connect(server.port, '127.0.0.1'))).toBe('ECONNREFUSED');

    const path = join(tmpdir(), `chaosx-unix-${process.pid}.sock`);
    const unix = net.createServer(echo).listen(path);
    await once(unix, 'listening');
    const local = net.connect(path);
    expect((await say(local, 'local')).heard).toBe('local');
    local.destroy();
    unix.close();
    expect((await route.stats(never)).connections).toBe(1);
  });

  test('samples see the fault and are not counted', async () => {
    expect(await route.sample(1_000, never)).toMatchObject({ outcome: 'answered' });
    await route.addToxic('slow', slow, never);
    const sample = await route.sample(1_000, never);
    expect(sample.outcome === 'answered' && sample.roundTripMs).toBeGreaterThanOrEqual(80);
    await route.addToxic('cut', { type: 'drop', direction: 'both' }, never);
    expect(await route.sample(150, never)).toMatchObject({ outcome: 'silent' });
    await route.addToxic('no', { type: 'refuse' }, never);
    expect(await route.sample(150, never)).toEqual({ outcome: 'refused', code: 'ECONNREFUSED' });
    expect((await route.stats(never)).connections).toBe(0);
  });
});

describe('the proxy is gone', () => {
  test('new connects go direct, and so do those that hung in it', async () => {
    await using server = await listen(echo);
    await route.addToxic('cut', { type: 'drop', direction: 'both' }, never);
    const hanging = net.connect(server.port, '127.0.0.1');
    const named = net.connect(server.port, 'localhost');
    await expect.poll(async () => (await route.stats(never)).connections).toBe(2);
    process.kill(proxy.identity.pid, 'SIGKILL');
    for (const socket of [hanging, named]) {
      expect((await say(socket, 'direct')).heard).toBe('direct');
      socket.destroy();
    }
    const later = net.connect(server.port, '127.0.0.1');
    expect((await say(later, 'later')).heard).toBe('later');
    expect(later.remotePort).toBe(server.port);
    later.destroy();
  });
});

describe('patching', () => {
  test('name, length and attributes are the platform’s, and so is the function afterwards', () => {
    const patched = Object.getOwnPropertyDescriptor(net.Socket.prototype, 'connect');
    expect(isConnectPatched()).toBe(true);
    expect(patched).toEqual({ ...platformConnect, value: patched?.value });
    expect(patched?.value).not.toBe(platformConnect?.value);
    const shape = (connect: { name: string; length: number }) => [connect.name, connect.length];
    expect(shape(patched?.value)).toEqual(shape(platformConnect?.value));
    expect(restore()).toBe(true);
    expect(restore()).toBe(true);
    expect(isConnectPatched()).toBe(false);
  });

  test('several redirections are undone in any order', () => {
    restore();
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (order) => {
        const undo = order.map(() => redirectOutgoing({ ...route.dialer, alive: false }));
        for (const n of order) {
          expect(net.Socket.prototype.connect).not.toBe(platformConnect?.value);
          expect(undo[n]?.()).toBe(true);
        }
        expect(Object.getOwnPropertyDescriptor(net.Socket.prototype, 'connect')).toEqual(platformConnect);
        expect(net.Socket.prototype.connect).toBe(platformConnect?.value);
      }),
    );
  });

  test('wrapped by somebody else since, ours passes through beneath, and says so', async () => {
    await using server = await listen(echo);
    const ours = net.Socket.prototype.connect;
    net.Socket.prototype.connect = function wrapped(this: Socket, ...args: unknown[]) {
      return (ours as (...all: unknown[]) => Socket).apply(this, args);
    };
    await route.addToxic('no', { type: 'refuse' }, never);
    expect(restore()).toBe(false);
    const socket = net.connect(server.port, '127.0.0.1');
    expect((await say(socket, 'through')).heard).toBe('through');
    socket.destroy();
    net.Socket.prototype.connect = ours;
  });

  test('faults of two proxies act on the same connection', async () => {
    await using server = await listen(echo);
    const other = await start();
    const restoreOther = redirectOutgoing(other.route.dialer);
    await route.addToxic('slow', slow, never);
    await other.route.addToxic('slow', slow, never);
    const socket = net.connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    const { heard, tookMs } = await say(socket, 'both');
    expect(heard).toBe('both');
    expect(tookMs).toBeGreaterThanOrEqual(160);
    socket.destroy();
    const closed = await closedPort();
    const failure = await failureOf(() => net.connect(closed, '127.0.0.1'));
    expect(failure).toMatchObject({ message: `connect ECONNREFUSED 127.0.0.1:${closed}` });
    await other.route.addToxic('no', { type: 'refuse' }, never);
    const refused = await fateOf(net.connect(server.port, '127.0.0.1'));
    expect(refused).toBe('ECONNREFUSED');
    expect(restoreOther()).toBe(true);
    await other.proxy[Symbol.asyncDispose]();
  });
});

describe('life of the process', () => {
  /** Starts a process that connects to `port` in a cut network, and says how long it lived. */
  async function livedMs(port: number, afterwards: string): Promise<number> {
    const module = (path: string) => JSON.stringify(new URL(`../dist/${path}`, import.meta.url).href);
    const source = `
      import net from 'node:net';
      import { redirectOutgoing } from ${module('interpose/outgoing-connections.js')};
      import { identityOf } from ${module('proxy/process-identity.js')};
      import { startProxy } from ${module('proxy/proxy-process.js')};
      const { signal } = new AbortController();
      const runId = 'life-' + process.pid;
      const proxy = await startProxy({ runId, exitWith: identityOf(process.pid), signal });
      const route = await proxy.openOutgoingRoute({ component: 'out' }, signal);
      await route.addToxic('cut', { type: 'drop', direction: 'both' }, signal);
      redirectOutgoing(route.dialer);
      const socket = net.connect(${port}, '127.0.0.1');
      const began = performance.now();
      process.on('exit', () => console.log(performance.now() - began));
      ${afterwards}
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [text] = (await once(child.stdout, 'data')) as [Buffer];
    return Number(String(text));
  }

  test('a connect that hangs keeps it alive, an unref’d one does not', async () => {
    await using server = await listen(echo);
    const held = await livedMs(server.port, `setTimeout(() => socket.destroy(), 2_000).unref();`);
    expect(held).toBeGreaterThan(1_900);
    expect(await livedMs(server.port, 'socket.unref();')).toBeLessThan(1_900);
  });
});

test('the lookup in force at connect time decides', async () => {
  await using server = await listen(echo);
  const original = dns.lookup;
  const asked: string[] = [];
  try {
    dns.lookup = ((name: string, options: dns.LookupAllOptions, callback: (...args: unknown[]) => void) => {
      asked.push(name);
      process.nextTick(callback, null, options.all ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1', 4);
    }) as unknown as typeof dns.lookup;
    const socket = net.connect(server.port, 'shop.internal');
    expect((await say(socket, 'found')).heard).toBe('found');
    socket.destroy();
  } finally {
    dns.lookup = original;
  }
  expect(asked).toEqual(['shop.internal']);
  expect((server.address as AddressInfo & { host: string }).port).toBe(server.port);
});
