import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Direction, Toxic } from '../src/model/network.js';
import { type OpenRoute, type ProxyProcess, startProxy } from '../src/proxy/proxy-process.js';
import { exchange } from './exchange.js';
import { echo, fateOf, listen, never, type TestServer } from './network-servers.js';

/** Timers and two shared cores: added on top of what a toxic asks for. */
const generousMs = 400;

let proxy: ProxyProcess;
let server: TestServer;
let routes = 0;

beforeAll(async () => {
  proxy = await startProxy({ runId: `toxics-${process.pid}`, exitWith: null, signal: never });
  server = await listen(echo);
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function openRoute(): Promise<OpenRoute> {
  routes += 1;
  return await proxy.openRoute({ component: `c${routes}`, upstream: server.address }, never);
}

async function open(route: OpenRoute): Promise<Socket> {
  const socket = connect(route.listen);
  await once(socket, 'connect');
  return socket;
}

/** What comes back within a while: nothing, when bytes vanish. */
async function heardWithin(socket: Socket, ms: number): Promise<string> {
  let heard = '';
  const onData = (chunk: Buffer) => {
    heard += String(chunk);
  };
  socket.on('data', onData);
  await new Promise((resolve) => setTimeout(resolve, ms));
  socket.off('data', onData);
  return heard;
}

const latency = (minMs: number, maxMs: number, direction: Direction = 'to-target'): Toxic => ({
  type: 'latency',
  minMs,
  maxMs,
  direction,
  seed: 42,
});
const drop = (direction: Direction): Toxic => ({ type: 'drop', direction });

test('latency is at least what was asked, counts per direction, and adds up when stacked', async () => {
  const route = await openRoute();
  const socket = await open(route);
  await exchange(socket, 'warm');
  const took: number[] = [];
  await route.addToxic('one', latency(50, 50), never);
  took.push(await exchange(socket, 'a'));
  await route.addToxic('two', latency(30, 30, 'both'), never);
  took.push(await exchange(socket, 'b'));
  await route.removeToxic('one', never);
  took.push(await exchange(socket, 'c'));
  await route.removeToxic('two', never);
  for (const [n, nominal] of [50, 110, 60].entries()) {
    expect(took[n]).toBeGreaterThanOrEqual(nominal);
    expect(took[n]).toBeLessThan(nominal + generousMs);
  }
  expect(await route.stats(never)).toMatchInlineSnapshot(`
    {
      "affectedChunks": 6,
      "affectedConnections": 1,
      "byToxic": {
        "one": {
          "chunks": 2,
          "connections": 1,
        },
        "two": {
          "chunks": 4,
          "connections": 1,
        },
      },
      "bytesFromTarget": 7,
      "bytesToTarget": 7,
      "connections": 1,
      "openConnections": 1,
      "suspensions": 0,
    }
  `);
  socket.destroy();
});

test('drawn delays stay in their range, for any range', async () => {
  const route = await openRoute();
  const socket = await open(route);
  await exchange(socket, 'warm');
  let n = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), async (low, width) => {
      n += 1;
      await route.addToxic(`t${n}`, latency(low, low + width), never);
      const took = await exchange(socket, 'ping');
      await route.removeToxic(`t${n}`, never);
      expect(took).toBeGreaterThanOrEqual(low);
      expect(took).toBeLessThan(low + width + generousMs);
    }),
    { numRuns: 25 },
  );
  socket.destroy();
});

test('the same seed gives the same delays on a route of the same name', async () => {
  const runs: number[][] = [];
  for (let run = 0; run < 2; run += 1) {
    await using other = await startProxy({
      runId: `seed-${process.pid}-${run}`,
      exitWith: null,
      signal: never,
    });
    const route = await other.openRoute({ component: 'stock', upstream: server.address }, never);
    await route.addToxic('t', latency(0, 400), never);
    const socket = await open(route);
    const took: number[] = [];
    for (let n = 0; n < 5; n += 1) took.push(await exchange(socket, 'x'));
    runs.push(took);
    socket.destroy();
  }
  const [first = [], second = []] = runs;
  // Five draws from 0 to 400 ms: some differ by far more than timers do.
  expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(150);
  for (const [n, took] of first.entries()) expect(Math.abs(took - (second[n] ?? 0))).toBeLessThan(150);
});

test('removing latency lets everything that waits through at once, in order', async () => {
  const route = await openRoute();
  const socket = await open(route);
  await exchange(socket, 'warm');
  await route.addToxic('t', latency(60_000, 60_000), never);
  for (const text of ['one ', 'two ', 'three']) {
    socket.write(text);
    await expect.poll(async () => (await route.stats(never)).bytesFromTarget).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await heardWithin(socket, 50)).toBe('');
  const heard = heardWithin(socket, 300);
  await route.removeToxic('t', never);
  expect(await heard).toBe('one two three');
  socket.destroy();
});

test.each(['both', 'to-target', 'from-target'] as const)(
  'drop %s: silence; removal resets what has a hole and nothing else',
  async (direction) => {
    const route = await openRoute();
    const [talking, idle] = [await open(route), await open(route)];
    await exchange(talking, 'before');
    await exchange(idle, 'before');
    await route.addToxic('cut', drop(direction), never);
    const late = connect(route.listen);
    await once(late, 'connect');
    talking.write('during');
    expect(await heardWithin(talking, 150)).toBe('');
    expect(await route.sample(150, never)).toMatchObject({ outcome: 'silent' });
    const { bytesFromTarget, byToxic } = await route.stats(never);
    expect(bytesFromTarget).toBe(direction === 'to-target' ? 18 : 12);
    // The late one is held back from connecting only when nothing passes either way.
    expect(byToxic).toEqual({ cut: { connections: direction === 'both' ? 2 : 1, chunks: 1 } });
    const fate = fateOf(talking);
    await route.removeToxic('cut', never);
    expect(await fate).toBe('ECONNRESET');
    await exchange(idle, 'after');
    await exchange(late, 'after');
    expect(await route.sample(1_000, never)).toMatchObject({ outcome: 'answered' });
    idle.destroy();
    late.destroy();
  },
);

test('a connection cut both ways does not reach the upstream before the cut is removed', async () => {
  await using quiet = await listen(echo);
  const route = await proxy.openRoute({ component: 'quiet', upstream: quiet.address }, never);
  await route.addToxic('cut', drop('both'), never);
  const [asking, waiting] = [await open(route), await open(route)];
  const fate = fateOf(asking);
  asking.write('hello?');
  await expect.poll(async () => (await route.stats(never)).affectedChunks).toBe(1);
  expect(quiet.connections).toBe(0);
  await route.removeToxic('cut', never);
  expect(await fate).toBe('ECONNRESET');
  await exchange(waiting, 'now');
  expect(quiet.connections).toBe(1);
  waiting.destroy();
});

test('what a cut swallowed is found out when the cut ends, not when another toxic is taken off', async () => {
  const route = await openRoute();
  const socket = await open(route);
  const fate = fateOf(socket);
  await route.addToxic('cut', drop('both'), never);
  await route.addToxic('slow', latency(1, 1), never);
  socket.write('into the void');
  await expect.poll(async () => (await route.stats(never)).byToxic.cut?.chunks).toBe(1);
  await route.removeToxic('slow', never);
  expect(await Promise.race([fate, heardWithin(socket, 100)])).toBe('');
  await route.removeToxic('cut', never);
  expect(await fate).toBe('ECONNRESET');
});

test('a refusal whose port is taken by somebody else is not off before the port is back', async () => {
  const route = await openRoute();
  await route.addToxic('no', { type: 'refuse' }, never);
  const squatter = createServer().listen(route.listen);
  await once(squatter, 'listening');
  await expect(route.removeToxic('no', never)).rejects.toMatchObject({ code: 'PROXY_FAILED' });
  squatter.close();
  await once(squatter, 'close');
  await route.removeToxic('no', never);
  const again = await open(route);
  await exchange(again, 'after');
  again.destroy();
});

test('refuse: open connections are reset, new ones refused, and the port comes back', async () => {
  const route = await openRoute();
  const socket = await open(route);
  await exchange(socket, 'before');
  const fate = fateOf(socket);
  await route.addToxic('no', { type: 'refuse' }, never);
  await route.addToxic('no too', { type: 'refuse' }, never);
  expect(await fate).toBe('ECONNRESET');
  expect(await fateOf(connect(route.listen))).toBe('ECONNREFUSED');
  expect(await route.sample(1_000, never)).toEqual({ outcome: 'refused', code: 'ECONNREFUSED' });
  await route.removeToxic('no', never);
  expect(await fateOf(connect(route.listen))).toBe('ECONNREFUSED');
  await route.removeToxic('no too', never);
  expect(await route.sample(1_000, never)).toMatchObject({ outcome: 'answered' });
  const again = await open(route);
  await exchange(again, 'after');
  expect((await route.stats(never)).byToxic).toEqual({ no: { connections: 1, chunks: 0 } });
  again.destroy();
});

test('while a port is refused, the system gives it to nobody who asks for a free one', async () => {
  const route = await openRoute();
  await route.addToxic('no', { type: 'refuse' }, never);
  const servers = await Promise.all(Array.from({ length: 300 }, () => listen(echo)));
  expect(servers.map(({ port }) => port)).not.toContain(route.listen.port);
  for (const each of servers) await each[Symbol.asyncDispose]();
  await route.removeToxic('no', never);
  expect((await route.sample(1_000, never)).outcome).toBe('answered');
});

test('adding twice and removing twice change nothing', async () => {
  const route = await openRoute();
  const socket = await open(route);
  const fate = fateOf(socket);
  for (const toxic of [latency(40, 40), { type: 'refuse' } as const, drop('both')]) {
    await route.addToxic('same', toxic, never);
    await route.addToxic('same', latency(60_000, 60_000), never);
    await route.removeToxic('same', never);
    await route.removeToxic('same', never);
    expect(await route.sample(1_000, never)).toMatchObject({ outcome: 'answered' });
  }
  expect(await fate).toBe('ECONNRESET');
});

test('samples are never counted', async () => {
  const route = await openRoute();
  await route.addToxic('t', latency(1, 1, 'both'), never);
  for (let n = 0; n < 5; n += 1) await route.sample(1_000, never);
  expect(await route.stats(never)).toEqual({
    connections: 0,
    openConnections: 0,
    bytesFromTarget: 0,
    bytesToTarget: 0,
    affectedConnections: 0,
    affectedChunks: 0,
    byToxic: {},
    suspensions: 0,
  });
});

test('bandwidth: bytes come at the asked pace, each way apart, and at once when it ends', async () => {
  const route = await openRoute();
  const socket = await open(route);
  const text = 'x'.repeat(4_000);
  for (const direction of ['to-target', 'from-target'] as const) {
    await route.addToxic('narrow', { type: 'bandwidth', bytesPerSecond: 16_000, direction }, never);
    const tookMs = await exchange(socket, text);
    expect(tookMs).toBeGreaterThanOrEqual(250);
    expect(tookMs).toBeLessThan(250 + generousMs);
    await route.removeToxic('narrow', never);
  }
  await route.addToxic('narrow', { type: 'bandwidth', bytesPerSecond: 10, direction: 'both' }, never);
  const exchanged = exchange(socket, text);
  expect(await heardWithin(socket, 100)).toBe('');
  await route.removeToxic('narrow', never);
  expect(await exchanged).toBeLessThan(100 + generousMs);
  socket.destroy();
});

describe('reset', () => {
  const all = { type: 'reset', resetRate: 1, minMs: 0, maxMs: 0, seed: 1 } as const;

  test('by a real RST on both sides: open connections when it comes, new ones at their first bytes', async () => {
    const fates: Promise<string>[] = [];
    await using far = await listen((socket) => fates.push(fateOf(socket)));
    const route = await proxy.openRoute({ component: 'reset', upstream: far.address }, never);
    const idle = await open(route);
    await expect.poll(() => fates.length).toBe(1);
    const fate = fateOf(idle);
    await route.addToxic('reset', all, never);
    expect([await fate, await fates[0]]).toEqual(['ECONNRESET', 'ECONNRESET']);
    const fresh = await open(route);
    await expect.poll(() => fates.length).toBe(2);
    expect(fresh.readyState).toBe('open');
    fresh.write('hello');
    expect([await fateOf(fresh), await fates[1]]).toEqual(['ECONNRESET', 'ECONNRESET']);
    const { byToxic } = await route.stats(never);
    expect(byToxic['reset']?.connections).toBe(2);
    await route.removeToxic('reset', never);
  });

  test('a time after its first bytes, which pass until then', async () => {
    const route = await openRoute();
    await route.addToxic('reset', { ...all, minMs: 150, maxMs: 150 }, never);
    const socket = await open(route);
    const began = performance.now();
    expect(await exchange(socket, 'hello')).toBeLessThan(150);
    expect(await fateOf(socket)).toBe('ECONNRESET');
    expect(performance.now() - began).toBeGreaterThanOrEqual(149);
  });

  test('a share of connections, the same ones for the same seed', async () => {
    const fatesOf = async (component: string) => {
      const route = await proxy.openRoute({ component, upstream: server.address }, never);
      await route.addToxic('reset', { ...all, resetRate: 0.5, seed: 7 }, never);
      const fates: boolean[] = [];
      for (let n = 0; n < 40; n += 1) {
        const socket = await open(route);
        fates.push(
          await exchange(socket, 'hello').then(
            () => false,
            () => true,
          ),
        );
        socket.destroy();
      }
      return fates;
    };
    const fates = await fatesOf('same');
    expect(fates).toEqual(await fatesOf('same'));
    expect(fates.filter(Boolean).length).toBeGreaterThan(8);
    expect(fates.filter(Boolean).length).toBeLessThan(32);
  });

  test('taken off in time, it resets nothing', async () => {
    const route = await openRoute();
    const socket = await open(route);
    await route.addToxic('reset', { ...all, minMs: 300, maxMs: 300 }, never);
    await route.removeToxic('reset', never);
    expect(await heardWithin(socket, 400)).toBe('');
    await exchange(socket, 'hello');
    socket.destroy();
  });

  test('samples that stay open see it', async () => {
    const route = await openRoute();
    await route.addToxic('reset', { ...all, minMs: 50, maxMs: 50 }, never);
    expect(await route.sample(1_000, never)).toMatchObject({ outcome: 'answered' });
    expect(await route.sample(1_000, never, { holdMs: 1_000 })).toEqual({
      outcome: 'refused',
      code: 'ECONNRESET',
    });
    expect((await route.stats(never)).affectedConnections).toBe(0);
  });
});
