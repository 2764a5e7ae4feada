import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Proxy, Toxiproxy } from 'toxiproxy-node-client';
import { ToxiproxyServer } from '../src/proxy/toxiproxy/toxiproxy-server.js';
import { exchange } from './exchange.js';
import { echo, fateOf, listen, readAll, type TestServer } from './network-servers.js';

let server: ToxiproxyServer;
let upstream: TestServer;
let client: Toxiproxy;
let proxy: Proxy;
const sockets: Socket[] = [];

beforeAll(async () => {
  server = await ToxiproxyServer.listen({ port: 0, seed: 1 });
  upstream = await listen(echo);
  client = new Toxiproxy(server.url);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});
beforeEach(async () => {
  proxy = await client.createProxy({
    name: 'echo',
    listen: '127.0.0.1:0',
    upstream: `127.0.0.1:${upstream.port}`,
  });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const each of Object.values(await client.getAll())) await each.remove();
});

async function open(): Promise<Socket> {
  const [host = '', port] = proxy.listen.split(':');
  const socket = connect({ host, port: Number(port), allowHalfOpen: true });
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

test('a proxy is made, found, listed, changed and removed', async () => {
  expect(proxy.toJson()).toEqual({
    name: 'echo',
    listen: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    upstream: `127.0.0.1:${upstream.port}`,
    enabled: true,
  });
  expect((await client.get('echo')).toJson()).toEqual(proxy.toJson());
  expect(Object.keys(await client.getAll())).toEqual(['echo']);
  expect(await client.getVersion()).toBe('{"version": "2.12.0"}\n');

  const disabled = await proxy.update({ ...proxy.toJson(), enabled: false });
  expect(disabled.enabled).toBe(false);
  await expect(open()).rejects.toThrow('ECONNREFUSED');
  const enabled = await proxy.update({ ...proxy.toJson(), enabled: true });
  expect(enabled.toJson()).toEqual(proxy.toJson());
  expect(await exchange(await open(), 'again')).toBeLessThan(5_000);

  await proxy.remove();
  await expect(client.get('echo')).rejects.toThrow('404');
});

test('populate makes what is missing and keeps the rest with its toxics', async () => {
  await proxy.addToxic({
    type: 'latency',
    stream: 'downstream',
    attributes: { latency: 1, jitter: 0 },
  } as never);
  const other = { name: 'other', listen: '127.0.0.1:0', upstream: 'somehost:12345', enabled: true };
  const proxies = await client.populate([proxy.toJson(), other] as never);
  expect(Object.keys(proxies)).toEqual(['echo', 'other']);
  expect((await proxy.getToxic('latency_downstream')).attributes).toEqual({ latency: 1, jitter: 0 });
});

test('latency acts on an open connection, is changed on it, and goes with reset', async () => {
  const socket = await open();
  await exchange(socket, 'warm');
  const toxic = await proxy.addToxic<{ latency: number; jitter: number }>({
    name: 'slow',
    type: 'latency',
    stream: 'downstream',
    toxicity: 1,
    attributes: { latency: 150, jitter: 0 },
  });
  expect(await exchange(socket, 'a')).toBeGreaterThanOrEqual(150);
  const changed = await toxic.update({ toxicity: 1, attributes: { latency: 60, jitter: 0 } } as never);
  expect(changed.attributes).toEqual({ latency: 60, jitter: 0 });
  expect(await exchange(socket, 'b')).toBeGreaterThanOrEqual(60);
  await client.reset();
  await expect(proxy.getToxic('slow')).rejects.toThrow('404');
  await exchange(socket, 'c');
});

const add = async (type: string, attributes: Record<string, number>, stream = 'downstream') =>
  await proxy.addToxic({ name: type, type, stream, toxicity: 1, attributes } as never);

test('bandwidth', async () => {
  await add('bandwidth', { rate: 100 });
  const took = await exchange(await open(), 'x'.repeat(50_000));
  expect(took).toBeGreaterThanOrEqual(495);
  expect(took).toBeLessThan(2_000);
});

test('slicer', async () => {
  await add('slicer', { average_size: 100, size_variation: 10, delay: 10_000 });
  expect(await exchange(await open(), 'x'.repeat(1_000))).toBeGreaterThanOrEqual(80);
});

test('limit_data', async () => {
  await add('limit_data', { bytes: 7 });
  const socket = await open();
  socket.write('0123456789');
  expect(String(await readAll(socket))).toBe('0123456');
});

test('slow_close', async () => {
  await add('slow_close', { delay: 150 });
  const socket = await open();
  const began = performance.now();
  socket.end('bye');
  expect(String(await readAll(socket))).toBe('bye');
  expect(performance.now() - began).toBeGreaterThanOrEqual(150);
});

test('timeout', async () => {
  await add('timeout', { timeout: 150 }, 'upstream');
  const socket = await open();
  const began = performance.now();
  socket.write('lost');
  expect(String(await readAll(socket))).toBe('');
  expect(performance.now() - began).toBeGreaterThanOrEqual(149);
});

test('reset_peer', async () => {
  await add('reset_peer', { timeout: 100 }, 'upstream');
  const socket = await open();
  const began = performance.now();
  socket.write('hello');
  expect(await fateOf(socket)).toBe('ECONNRESET');
  expect(performance.now() - began).toBeGreaterThanOrEqual(99);
});

test('noop and packet_loss are taken', async () => {
  await add('noop', {});
  const loss = await add('packet_loss', { loss_rate: 0.5, correlation: 0.1 });
  expect(loss.attributes).toEqual({ loss_rate: 0.5, correlation: 0.1 });
  await exchange(await open(), 'through');
});
