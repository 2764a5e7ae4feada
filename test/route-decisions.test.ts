import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decisions } from '../src/model/decide.js';
import type { Toxic } from '../src/model/network.js';
import { identityOf } from '../src/proxy/process-identity.js';
import {
  type OpenOutgoingRoute,
  type OpenRoute,
  type ProxyProcess,
  startProxy,
} from '../src/proxy/proxy-process.js';
import { exchange } from './exchange.js';
import { echo, fateOf, listen, never, type TestServer } from './network-servers.js';

let runs = 0;
let proxy: ProxyProcess;
let upstream: TestServer;
let route: OpenRoute;
let outgoing: OpenOutgoingRoute;

beforeEach(async () => {
  runs += 1;
  proxy = await startProxy({
    runId: `route-decisions-${process.pid}-${runs}`,
    exitWith: identityOf(process.pid),
    signal: never,
  });
  upstream = await listen(echo);
  route = await proxy.openRoute({ component: 'stock', upstream: upstream.address }, never);
  outgoing = await proxy.openOutgoingRoute({ component: 'out' }, never);
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

async function open(): Promise<Socket> {
  const socket = net.connect(route.listen);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** An attempt to connect as an agent makes it, given up after a while. @returns how it ended */
async function dial(host: string): Promise<string> {
  const { port } = upstream;
  const request = {
    addresses: [{ address: '127.0.0.1', family: 4 }],
    port,
    peer: { host, port, addresses: [] },
  } as const;
  const { outcome } = await outgoing.dialer.dial(request, AbortSignal.timeout(200));
  return outcome;
}

async function taken(toxicId: string, of: OpenRoute | OpenOutgoingRoute = route) {
  return (await of.decisions(toxicId, never)).decisions.map(
    ({ site, n, effect }) => `${site} ${n} ${effect}`,
  );
}

const resets = { type: 'reset', resetRate: 0.5, minMs: 1, maxMs: 9, seed: 3 } as const;

test('which connections a reset chose, and after how long, once each and by the seed', async () => {
  await route.addToxic('r', resets, never);
  const draw = (n: number) => decisions(resets.seed).at('reset', `stock conn#${n}`);
  const expected: string[] = [];
  for (let n = 0; n < 8; n += 1) {
    const socket = await open();
    if (draw(n)(0) >= resets.resetRate) {
      await exchange(socket, 'ping');
      socket.destroy();
      continue;
    }
    const fate = fateOf(socket);
    socket.write('ping');
    // A reset that this process reads together with the answer is an end to it: libuv takes the hang-up for one.
    expect(['ECONNRESET', 'end']).toContain(await fate);
    expected.push(`stock conn#${n} 0 reset after ${Math.round(1 + 8 * draw(n)(1))} ms`);
  }
  expect(expected.length).toBeGreaterThan(0);
  expect(await taken('r')).toEqual(expected);
  expect(await taken('r')).toEqual([]);
});

test('a connection that was open when the reset came is told of once, though both ways of it are due', async () => {
  const socket = await open();
  await exchange(socket, 'ping');
  const fate = fateOf(socket);
  await route.addToxic('r', { ...resets, resetRate: 1, minMs: 5, maxMs: 5 }, never);
  expect(await fate).toBe('ECONNRESET');
  expect(await taken('r')).toEqual(['stock conn#0 0 reset after 5 ms']);
});

test('what a drop met: connections by their number and way, attempts to connect once', async () => {
  const [quiet, second] = [await open(), await open()];
  await exchange(quiet, 'ping');
  await exchange(second, 'ping');
  await route.addToxic('drop', { type: 'drop', direction: 'both' }, never);
  second.write('lost');
  const held = [await open(), await open(), await open()];
  await expect.poll(async () => (await route.stats(never)).affectedConnections).toBe(4);
  second.write('lost');
  await expect.poll(async () => (await route.stats(never)).affectedChunks).toBe(2);
  expect((await taken('drop')).toSorted()).toEqual([
    'stock conn#1/from-target 0 cut off',
    'stock connect 0 held back',
  ]);
  for (const socket of [quiet, second, ...held]) socket.destroy();
});

test('what a refusal met: the connections that were open', async () => {
  const [first, second] = [await open(), await open()];
  await exchange(first, 'ping');
  await exchange(second, 'ping');
  const fates = Promise.all([fateOf(first), fateOf(second)]);
  await route.addToxic('refuse', { type: 'refuse' }, never);
  expect(await fates).toEqual(['ECONNRESET', 'ECONNRESET']);
  expect(await taken('refuse')).toEqual(['stock conn#0 0 reset', 'stock conn#1 0 reset']);
});

test.each<[Toxic, string]>([
  [{ type: 'refuse', peers: ['db'] }, 'refused'],
  [{ type: 'drop', direction: 'both', peers: ['db'] }, 'held back'],
])('%j: the peer that was cut off, however often it was tried', async (toxic, effect) => {
  await outgoing.addToxic('cut', toxic, never);
  for (let n = 0; n < 3; n += 1) expect(await dial('db')).not.toBe('connected');
  expect(await dial('cache')).toBe('connected');
  await expect.poll(async () => (await outgoing.stats(never)).byToxic['cut']?.connections).toBe(3);
  expect(await taken('cut', outgoing)).toEqual([`out connect to db:${upstream.port} 0 ${effect}`]);
});

test('look-ups that failed, each by its number', async () => {
  const dns = { type: 'dns', hosts: ['db*'], failure: 'ENOTFOUND', rate: 0.5, seed: 9 } as const;
  await outgoing.addToxic('dns', dns, never);
  const draw = decisions(dns.seed).at('dns', 'target db.internal');
  const expected: string[] = [];
  for (let n = 0; n < 12; n += 1) {
    const failure = await outgoing.dialer.lookUp('DB.internal');
    expect(failure).toBe(draw(n) < dns.rate ? 'ENOTFOUND' : null);
    if (failure !== null) expected.push(`out look-up of db.internal ${n} ENOTFOUND`);
  }
  await outgoing.dialer.lookUp('cache');
  await outgoing.sampleLookup('db', never);
  expect(expected.length).toBeGreaterThan(0);
  expect(await taken('dns', outgoing)).toEqual(expected);
});
