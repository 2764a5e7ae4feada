import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ControlClient } from '../src/proxy/control-client.js';
import { ControlServer } from '../src/proxy/control-server.js';
import { identityOf, isAlive } from '../src/proxy/process-identity.js';
import { controlPathIn, planProxyDirectory } from '../src/proxy/proxy-directory.js';
import { startProxy } from '../src/proxy/proxy-process.js';
import { echo, listen, never } from './network-servers.js';

const own = identityOf(process.pid);
let proxies = 0;

function runId(): string {
  proxies += 1;
  return `process-${process.pid}-${proxies}`;
}

/** A controller of its own: a process that starts a proxy with a latency of 300 ms in front of `port`. */
function startController(id: string, port: number) {
  const source = `
    import { startProxy } from ${JSON.stringify(new URL('../dist/proxy/proxy-process.js', import.meta.url).href)};
    import { identityOf } from ${JSON.stringify(new URL('../dist/proxy/process-identity.js', import.meta.url).href)};
    const { signal } = new AbortController();
    const proxy = await startProxy({ runId: ${JSON.stringify(id)}, exitWith: identityOf(process.pid), signal });
    const route = await proxy.openRoute({ component: 'c', upstream: { host: '127.0.0.1', port: ${port} } }, signal);
    await route.addToxic('t', { type: 'latency', minMs: 300, maxMs: 300, direction: 'both', seed: 1 }, signal);
    console.log(JSON.stringify({ proxy: proxy.identity, port: route.listen.port }));
    setInterval(() => {}, 1_000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const facts = once(child.stdout, 'data').then(
    ([text]) => JSON.parse(String(text)) as { proxy: { pid: number; startTime: string }; port: number },
  );
  return { child, facts };
}

async function roundTripMs(port: number): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const began = performance.now();
  socket.write('x');
  await once(socket, 'data');
  socket.destroy();
  return performance.now() - began;
}

test('it runs in a process group of its own, marked, in a private directory, and removes all at its end', async () => {
  const id = runId();
  const directory = planProxyDirectory(id);
  expect(existsSync(directory)).toBe(false);
  const proxy = await startProxy({ runId: id, exitWith: own, signal: never });
  expect(proxy.directory).toBe(directory);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  const stat = readFileSync(`/proc/${proxy.identity.pid}/stat`, 'utf8').split(') ')[1]?.split(' ');
  expect(stat?.[2]).toBe(String(proxy.identity.pid));
  const environment = readFileSync(`/proc/${proxy.identity.pid}/environ`, 'utf8').split('\0');
  expect(environment.filter(Boolean)).toEqual([`CHAOSX_RUN=${id}`]);
  await proxy[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  expect(isAlive(proxy.identity)).toBe(false);
  expect(existsSync(directory)).toBe(false);
});

test('a directory that exists, or a place that cannot be, is refused and left alone', async () => {
  const directory = join(tmpdir(), `chaosx-${runId()}`);
  mkdirSync(directory);
  const start = startProxy({ runId: 'x', directory, exitWith: null, signal: never });
  await expect(start).rejects.toMatchObject({
    code: 'PROXY_FAILED',
    hint: expect.stringContaining('recover'),
  });
  expect(existsSync(directory)).toBe(true);
  rmdirSync(directory);
});

test('an abort while it starts leaves nothing', async () => {
  for (const delayMs of [0, 1, 20, 40, 60, 80]) {
    const id = runId();
    const controller = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), delayMs);
    const started = await startProxy({ runId: id, exitWith: own, signal: controller.signal }).catch(
      (error: unknown) => error,
    );
    if (started === reason) expect(existsSync(planProxyDirectory(id))).toBe(false);
    else await (started as AsyncDisposable)[Symbol.asyncDispose]();
    expect(existsSync(planProxyDirectory(id))).toBe(false);
  }
});

test('a port that is taken is said so, and the proxy goes on', async () => {
  await using server = await listen(echo);
  await using proxy = await startProxy({ runId: runId(), exitWith: own, signal: never });
  const route = { component: 'c', upstream: server.address, listen: server.address };
  await expect(proxy.openRoute(route, never)).rejects.toMatchObject({
    code: 'PROXY_FAILED',
    message: expect.stringContaining('EADDRINUSE'),
  });
  const { sample } = await proxy.openRoute({ component: 'c', upstream: server.address }, never);
  expect((await sample(1_000, never)).outcome).toBe('answered');
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s ends it cleanly', async (signalName) => {
  await using proxy = await startProxy({ runId: runId(), exitWith: own, signal: never });
  process.kill(proxy.identity.pid, signalName);
  await expect.poll(() => isAlive(proxy.identity), { timeout: 5_000 }).toBe(false);
  expect(existsSync(proxy.directory)).toBe(false);
  await expect(
    proxy.openRoute({ component: 'c', upstream: { host: '127.0.0.1', port: 1 } }, never),
  ).rejects.toThrow('gone');
});

test('killed, it is missed at once, and disposing removes what it left', async () => {
  const proxy = await startProxy({ runId: runId(), exitWith: own, signal: never });
  const route = await proxy.openRoute({ component: 'c', upstream: { host: '127.0.0.1', port: 1 } }, never);
  process.kill(proxy.identity.pid, 'SIGKILL');
  await expect(route.sample(60_000, never)).rejects.toMatchObject({ code: 'PROXY_FAILED' });
  expect(existsSync(proxy.directory)).toBe(true);
  await proxy[Symbol.asyncDispose]();
  expect(existsSync(proxy.directory)).toBe(false);
});

test('killed, its toxics are off: removing them succeeds', async () => {
  await using server = await listen(echo);
  await using proxy = await startProxy({ runId: runId(), exitWith: own, signal: never });
  const route = await proxy.openRoute({ component: 'c', upstream: server.address }, never);
  await route.addToxic('t', { type: 'latency', minMs: 1, maxMs: 1, direction: 'both', seed: 1 }, never);
  process.kill(proxy.identity.pid, 'SIGKILL');
  await route.removeToxic('t', never);
  await proxy.ended;
  await expect(route.stats(never)).rejects.toMatchObject({ code: 'PROXY_FAILED' });
});

test('frozen, its controller loses the toxics within 2 s and gets them back; killed, the proxy goes too', async () => {
  await using server = await listen(echo);
  const id = runId();
  const { child, facts } = startController(id, server.port);
  const { proxy, port } = await facts;
  try {
    expect(await roundTripMs(port)).toBeGreaterThanOrEqual(600);
    const longLived = connect(port, '127.0.0.1');
    longLived.on('error', () => {});
    await once(longLived, 'connect');

    child.kill('SIGSTOP');
    const frozen = performance.now();
    // Bytes that wait are let through when the lease ends.
    while ((await roundTripMs(port)) >= 300);
    expect(performance.now() - frozen).toBeLessThan(2_000);
    expect(longLived.destroyed).toBe(false);

    child.kill('SIGCONT');
    await expect.poll(() => roundTripMs(port), { timeout: 5_000 }).toBeGreaterThanOrEqual(600);
    const control = await ControlClient.connect(controlPathIn(planProxyDirectory(id)), never);
    expect(await control.ask('stats', { route: 0 }, never)).toMatchObject({ suspensions: 1 });
    control[Symbol.dispose]();
    longLived.destroy();
  } finally {
    child.kill('SIGKILL');
  }
  const killed = performance.now();
  await expect.poll(() => isAlive(proxy), { timeout: 5_000, interval: 20 }).toBe(false);
  expect(performance.now() - killed).toBeLessThan(2_000);
  expect(existsSync(planProxyDirectory(id))).toBe(false);
});

test('a renewal after the lease ran out says which toxics were off, and puts them on again', async () => {
  await using upstream = await listen(echo);
  const directory = mkdtempSync(join(tmpdir(), 'chaosx-lease-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  await using _server = await ControlServer.listen(directory, 150, () => {});
  using control = await ControlClient.connect(controlPathIn(directory), never);
  const { route, listen: address } = await control.ask(
    'openDependencyRoute',
    { component: 'c', upstream: upstream.address, listen: { host: '127.0.0.1', port: 0 } },
    never,
  );
  await control.ask('addToxic', { route, toxicId: 'no', toxic: { type: 'refuse' } }, never);
  const slow = { type: 'latency', minMs: 50, maxMs: 50, direction: 'both', seed: 1 } as const;
  await control.ask('addToxic', { route, toxicId: 'slow', toxic: slow }, never);
  expect(await control.ask('renew', {}, never)).toEqual({ resumed: [] });
  await expect(roundTripMs(address.port)).rejects.toThrow('ECONNREFUSED');
  const calm = () => roundTripMs(address.port).catch(() => Number.POSITIVE_INFINITY);
  await expect.poll(calm, { timeout: 5_000 }).toBeLessThan(50);
  expect(await control.ask('renew', {}, never)).toEqual({ resumed: ['no', 'slow'] });
  await expect(roundTripMs(address.port)).rejects.toThrow('ECONNREFUSED');
  expect(await control.ask('stats', { route }, never)).toMatchObject({ suspensions: 1 });
});

test('graceful closing ends idle connections, lets an answer come in, and cuts what does not end', async () => {
  await using server = await listen((socket) => {
    socket.on('data', (chunk) => {
      const text = String(chunk);
      if (text === 'slow') setTimeout(() => socket.end('answer'), 120);
      else if (text === 'quick') socket.write('answer');
    });
  });
  const proxy = await startProxy({ runId: runId(), exitWith: own, signal: never });
  const route = await proxy.openRoute({ component: 'c', upstream: server.address }, never);
  const talk = async (text: string) => {
    const socket = connect(route.listen);
    let heard = '';
    socket.on('data', (chunk) => {
      heard += String(chunk);
    });
    socket.write(text);
    const ended = once(socket, 'close').then(
      () => heard,
      (error: NodeJS.ErrnoException) => error.code,
    );
    if (text === 'quick') await once(socket, 'data');
    else await once(socket, 'connect');
    return { ended };
  };
  const talks = [await talk('quick'), await talk('slow'), await talk('never')];
  await expect.poll(async () => (await route.stats(never)).bytesFromTarget).toBe(14);
  const began = performance.now();
  await proxy.close({ drainMs: 400 }, never);
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(await Promise.all(talks.map(({ ended }) => ended))).toEqual(['answer', 'answer', '']);
});

test('forsaken by everybody, it ends by itself', async () => {
  await using server = await listen(echo);
  const id = runId();
  // The controller is gone for good, yet nothing ties the proxy to a process.
  const proxy = await startProxy({ runId: id, exitWith: null, leaseMs: 400, signal: never });
  const route = await proxy.openRoute({ component: 'c', upstream: server.address }, never);
  const source = `
    import { startProxy } from ${JSON.stringify(new URL('../dist/proxy/proxy-process.js', import.meta.url).href)};
    const { signal } = new AbortController();
    const proxy = await startProxy({ runId: ${JSON.stringify(`${id}-b`)}, exitWith: null, leaseMs: 400, signal });
    console.log(JSON.stringify(proxy.identity));
    process.exit();
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  const forsaken = JSON.parse(String(text)) as { pid: number; startTime: string };
  await expect.poll(() => isAlive(forsaken), { timeout: 5_000 }).toBe(false);
  expect(existsSync(planProxyDirectory(`${id}-b`))).toBe(false);
  // The other one, whose controller lives, stays.
  expect((await route.sample(1_000, never)).outcome).toBe('answered');
  await proxy[Symbol.asyncDispose]();
});
