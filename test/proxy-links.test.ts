import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Toxic } from '../src/model/network.js';
import { type OpenRoute, type ProxyProcess, startProxy } from '../src/proxy/proxy-process.js';
import { closedPort, echo, fateOf, listen, never, readAll } from './network-servers.js';

let proxy: ProxyProcess;
let routes = 0;

beforeAll(async () => {
  proxy = await startProxy({ runId: `links-${process.pid}`, exitWith: null, signal: never });
});
afterAll(() => proxy[Symbol.asyncDispose]());

async function routeTo(port: number): Promise<OpenRoute> {
  routes += 1;
  return await proxy.openRoute({ component: `c${routes}`, upstream: { host: '127.0.0.1', port } }, never);
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Writes bytes in pieces of the given sizes, over and over, honouring back-pressure; then ends. */
async function send(socket: Socket, bytes: Buffer, sizes: readonly number[]): Promise<void> {
  let at = 0;
  for (let n = 0; at < bytes.length; n += 1) {
    const size = sizes[n % sizes.length] ?? 1;
    if (!socket.write(bytes.subarray(at, at + size))) await once(socket, 'drain');
    at += size;
  }
  socket.end();
}

const latency = (
  minMs: number,
  maxMs: number,
  direction: 'both' | 'to-target' | 'from-target' = 'both',
): Toxic => ({
  type: 'latency',
  minMs,
  maxMs,
  direction,
  seed: 7,
});

test('bytes arrive complete, unchanged and in order, both ways, whatever the chunking', async () => {
  await using server = await listen(echo);
  const route = await routeTo(server.port);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 400_000 }),
      fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      async (length, sizes, delayed) => {
        const bytes = randomBytes(length);
        const pieces = length > 20_000 ? sizes.map((size) => Math.max(size, 1_000)) : sizes;
        if (delayed) await route.addToxic('latency', latency(0, 5), never);
        const socket = connect({ ...route.listen, allowHalfOpen: true });
        const [back] = await Promise.all([readAll(socket), send(socket, bytes, pieces)]);
        await route.removeToxic('latency', never);
        expect(hash(back)).toBe(hash(bytes));
      },
    ),
    { numRuns: 30 },
  );
});

test('bytes are kept while latency toxics come and go, with a slow reader', async () => {
  await using server = await listen(echo);
  const route = await routeTo(server.port);
  const socket = connect({ ...route.listen, allowHalfOpen: true });
  const calm = new AbortController();
  const storm = async () => {
    for (let n = 0; n < 60; n += 1) {
      await route.addToxic(`a${n}`, latency(1, 40, n % 2 === 0 ? 'both' : 'to-target'), never);
      await route.addToxic(`b${n}`, latency(0, 3, 'from-target'), never);
      await route.removeToxic(`a${n}`, never);
      await route.removeToxic(`b${n}`, never);
    }
    calm.abort();
  };
  const write = async () => {
    const sha = createHash('sha256');
    let written = 0;
    // The bound is for a machine on which the storm takes long: it must not fill the memory.
    for (let n = 0; !calm.signal.aborted && written < 60_000_000; n += 1) {
      const chunk = randomBytes([65_536, 1_000, 333_333, 1][n % 4] ?? 1);
      sha.update(chunk);
      written += chunk.length;
      if (!socket.write(chunk)) await once(socket, 'drain');
    }
    socket.end();
    return { written, digest: sha.digest('hex') };
  };
  const read = async () => {
    const sha = createHash('sha256');
    let chunks = 0;
    for await (const chunk of socket) {
      sha.update(chunk as Buffer);
      chunks += 1;
      if (chunks % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return sha.digest('hex');
  };
  const [digest, sent] = await Promise.all([read(), write(), storm()]);
  expect(digest).toBe(sent.digest);
  const stats = await route.stats(never);
  expect([stats.bytesFromTarget, stats.bytesToTarget]).toEqual([sent.written, sent.written]);
  expect(Object.keys(stats.byToxic).length).toBeGreaterThan(5);
});

test('a sender is slowed down when a toxic holds more than 4 MiB', async () => {
  await using server = await listen((socket) => socket.resume());
  const route = await routeTo(server.port);
  await route.addToxic('slow', latency(60_000, 60_000, 'from-target'), never);
  const socket = connect(route.listen);
  await once(socket, 'connect');
  let written = 0;
  // The kernel's own buffers on loopback take some more; without a bound of ours, it would never stop.
  while (written < 64_000_000) {
    written += 65_536;
    if (socket.write(Buffer.alloc(65_536))) continue;
    const drained = await Promise.race([
      once(socket, 'drain'),
      new Promise((r) => setTimeout(r, 1_000, 'stuck')),
    ]);
    if (drained === 'stuck') break;
  }
  expect(written).toBeGreaterThan(4_000_000);
  expect(written).toBeLessThan(40_000_000);
  expect((await route.stats(never)).bytesFromTarget).toBe(0);
  await route.removeToxic('slow', never);
  socket.end();
  await once(socket, 'finish');
  const stats = async () => (await route.stats(never)).bytesFromTarget;
  await expect.poll(stats, { timeout: 5_000 }).toBe(written);
  socket.destroy();
});

test('a client may end its half and still get the answer', async () => {
  await using server = await listen((socket) => {
    void readAll(socket).then((request) => {
      setImmediate(() => socket.end(`got ${request.length}`));
    });
  });
  const route = await routeTo(server.port);
  for (const toxic of [null, latency(20, 20)]) {
    if (toxic !== null) await route.addToxic('t', toxic, never);
    const socket = connect({ ...route.listen, allowHalfOpen: true });
    socket.end('hello');
    expect(String(await readAll(socket))).toBe('got 5');
  }
});

test('a refused dial resets the client, a hanging one holds nobody up', async () => {
  const refused = await routeTo(await closedPort());
  expect(await fateOf(connect(refused.listen))).toBe('ECONNRESET');

  await using server = await listen(echo);
  // 192.0.2.0/24 is kept for documentation: a dial there is never answered, or fails at once without a network.
  const nowhere = await proxy.openRoute(
    { component: 'nowhere', upstream: { host: '192.0.2.1', port: 9 } },
    never,
  );
  const hanging = connect(nowhere.listen);
  hanging.on('error', () => {});
  const route = await routeTo(server.port);
  const socket = connect(route.listen);
  socket.end('still here');
  expect(String(await readAll(socket))).toBe('still here');
  hanging.destroy();
});

test('a reset of the upstream reaches the client as a reset, behind the bytes before it', async () => {
  await using server = await listen((socket) => {
    socket.write('last words', () => setTimeout(() => socket.resetAndDestroy(), 20));
  });
  const route = await routeTo(server.port);
  await route.addToxic('t', latency(60, 60, 'to-target'), never);
  const socket = connect(route.listen);
  let heard = '';
  socket.on('data', (chunk) => {
    heard += String(chunk);
  });
  const [error] = (await once(socket, 'close').catch((cause: unknown) => [cause])) as [NodeJS.ErrnoException];
  expect([heard, error.code]).toEqual(['last words', 'ECONNRESET']);
});

test('many connections that die badly leave no trace, and the proxy goes on', async () => {
  let died = 0;
  await using server = await listen((socket) => {
    died += 1;
    if (died % 2 === 0) socket.resetAndDestroy();
    else socket.write('x'.repeat(100_000), () => socket.destroy());
  });
  const route = await routeTo(server.port);
  const fates = Array.from({ length: 200 }, async (_, n) => {
    const socket = connect(route.listen);
    const fate = fateOf(socket);
    if (n % 3 === 0) socket.once('connect', () => socket.resetAndDestroy());
    else socket.write('y'.repeat(n * 100));
    return await fate;
  });
  await Promise.all(fates);
  await expect.poll(async () => (await route.stats(never)).openConnections, { timeout: 5_000 }).toBe(0);
  expect((await route.sample(1_000, never)).outcome).toBe('answered');
});
