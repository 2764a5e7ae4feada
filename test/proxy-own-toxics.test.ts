import { describe, expect, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProxy, toxic } from '../src/proxy/index.js';
import { echo, fateOf, listen, readAll } from './network-servers.js';
import { exchange } from './exchange.js';
import { pause, ProxyFixture, record } from './toxiproxy-fixture.js';

test('what comes by our own path never shows in Toxiproxy’s answers, and goes with a reset', async () => {
  await using fixture = await ProxyFixture.open();
  const before = await fixture.ask('GET', '/proxies');
  await fixture.addOwn('latency', { latency: 1.5, jitter: 0.5, distribution: 'normal' });
  await fixture.addOwn('corrupt', { bit_error_rate: 0.5 });
  expect((await fixture.ask('GET', '/proxies')).body).toBe(before.body);
  expect((await fixture.ask('GET', '/proxies/p/toxics')).body).toBe('[]');
  expect((await fixture.ask('GET', '/proxies/p/toxics/corrupt_downstream')).status).toBe(404);
  const own = JSON.parse((await fixture.ask('GET', '/chaosx/proxies/p/toxics')).body) as object[];
  expect(own).toMatchObject([
    { name: 'latency_downstream', classic: false, attributes: { latency: 1.5, distribution: 'normal' } },
    { name: 'corrupt_downstream', type: 'corrupt', attributes: { bit_error_rate: 0.5 } },
  ]);
  expect((await fixture.ask('POST', '/reset')).status).toBe(204);
  expect((await fixture.ask('GET', '/chaosx/proxies/p/toxics')).body).toBe('[]');
});

test('its types, and nothing else, are for classic callers', async () => {
  await using fixture = await ProxyFixture.open();
  const { body } = await fixture.ask('GET', '/chaosx/toxics');
  const kinds = JSON.parse(body) as { type: string; classic: boolean }[];
  for (const { type, classic } of kinds) {
    const attributes = type === 'slicer' ? { average_size: 1 } : {};
    const { status } = await fixture.ask('POST', '/proxies/p/toxics', { type, attributes });
    expect([type, status]).toEqual([type, classic ? 200 : 400]);
  }
});

test.each([
  [{ type: 'latency', attributes: { distribution: 'odd' } }, 'distribution'],
  [{ type: 'corrupt', attributes: { bit_error_rate: 2 } }, 'bit_error_rate'],
  [{ type: 'connection_rate', attributes: { rate: -1 } }, 'rate'],
  [{ type: 'noop', duration_ms: -1 }, 'duration_ms'],
  [{ type: 'noop', ramp_ms: 1e12 }, 'ramp_ms'],
])('%j is refused', async (body, named) => {
  await using fixture = await ProxyFixture.open();
  const answer = await fixture.ask('POST', '/chaosx/proxies/p/toxics', body);
  expect(answer).toMatchObject({ status: 400, body: expect.stringContaining(named) as string });
});

describe('corrupt', () => {
  const corrupted = async (seed: number, cut: number) => {
    await using fixture = await ProxyFixture.open(undefined, { seed });
    await fixture.addOwn('corrupt', { bit_error_rate: 0.001 });
    const socket = await fixture.connect();
    const zeros = Buffer.alloc(20_000);
    void (async () => {
      for (let at = 0; at < zeros.length; at += cut) {
        socket.write(zeros.subarray(at, at + cut));
        await pause(1);
      }
      socket.end();
    })();
    return await readAll(socket);
  };
  const flippedIn = (bytes: Buffer) =>
    bytes.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);

  test('flips about as many bits as asked, the same ones whatever the chunking', async () => {
    const bytes = await corrupted(3, 20_000);
    expect(bytes.length).toBe(20_000);
    expect(flippedIn(bytes)).toBeGreaterThan(160 - 6 * 12.7);
    expect(flippedIn(bytes)).toBeLessThan(160 + 6 * 12.7);
    expect((await corrupted(3, 777)).equals(bytes)).toBe(true);
    expect((await corrupted(4, 777)).equals(bytes)).toBe(false);
  });
});

test('half_open: the upstream never learns that its client is gone', async () => {
  const fates: string[] = [];
  await using fixture = await ProxyFixture.open((socket) => {
    void fateOf(socket).then((fate) => fates.push(fate));
    socket.on('data', (chunk) => socket.write(chunk));
  });
  await fixture.addOwn('half_open', {}, { stream: 'upstream' });
  const [one, other] = [await fixture.connect(), await fixture.connect()];
  await exchange(one, 'x');
  await exchange(other, 'x');
  one.resetAndDestroy();
  other.end();
  await pause(200);
  expect(fates).toEqual([]);
  await fixture.ask('DELETE', '/chaosx/proxies/p/toxics/half_open_upstream');
  await expect.poll(() => [...fates].sort()).toEqual(['ECONNRESET', 'end']);
});

test('refuse: nobody listens, open connections are reset, and its port comes back', async () => {
  await using fixture = await ProxyFixture.open();
  const socket = await fixture.connect();
  await exchange(socket, 'warm');
  const fate = fateOf(socket);
  await fixture.addOwn('refuse');
  expect(await fate).toBe('ECONNRESET');
  await expect(fixture.connect()).rejects.toThrow('ECONNREFUSED');
  await fixture.ask('DELETE', '/chaosx/proxies/p/toxics/refuse_downstream');
  await exchange(await fixture.connect(), 'again');
});

test('connection_rate: what comes beyond the burst is reset', async () => {
  await using fixture = await ProxyFixture.open();
  await fixture.addOwn('connection_rate', { rate: 0.001, burst: 2 });
  const fates: string[] = [];
  for (let n = 0; n < 4; n += 1) {
    const socket = connect(fixture.port, '127.0.0.1');
    socket.end('x');
    fates.push(await fateOf(socket));
  }
  expect(fates).toEqual(['end', 'end', 'ECONNRESET', 'ECONNRESET']);
});

test('slow_open: the dial waits', async () => {
  await using fixture = await ProxyFixture.open();
  await fixture.addOwn('slow_open', { delay: 200 });
  expect(await exchange(await fixture.connect(), 'x')).toBeGreaterThanOrEqual(199);
});

test('a duration ends a toxic by itself', async () => {
  await using fixture = await ProxyFixture.open();
  await fixture.addOwn('timeout', { timeout: 0 }, { duration_ms: 100, stream: 'upstream' });
  const heard = record(await fixture.connect());
  await expect.poll(() => heard.ended).toBe('end');
  expect((await fixture.ask('GET', '/chaosx/proxies/p/toxics')).body).toBe('[]');
});

test('a ramp brings a toxic on gradually', async () => {
  await using fixture = await ProxyFixture.open();
  const socket = await fixture.connect();
  await fixture.addOwn('latency', { latency: 400 }, { ramp_ms: 1_000 });
  const inForce = async () => {
    const { body } = await fixture.ask('GET', '/chaosx/proxies/p/toxics/latency_downstream');
    return (JSON.parse(body) as { in_force: { latency: number } }).in_force.latency;
  };
  expect(await inForce()).toBeLessThan(400);
  await expect.poll(inForce, { timeout: 5_000 }).toBe(400);
  expect(await exchange(socket, 'x')).toBeGreaterThanOrEqual(400);
});

test('a toxicity ramps where there is nothing else to ramp', async () => {
  await using fixture = await ProxyFixture.open();
  await fixture.addOwn('timeout', { timeout: 1 }, { ramp_ms: 500, stream: 'upstream' });
  const early = await fixture.connect();
  await exchange(early, 'passes');
  const heard = record(early);
  await expect.poll(() => heard.ended, { timeout: 5_000 }).toBe('end');
});

describe('in a test of one’s own', () => {
  test('a proxy and a toxic, and nothing left behind', async () => {
    await using server = await listen(echo);
    await using proxy = await createProxy({ upstream: `127.0.0.1:${server.port}` });
    const slow = proxy.addToxic(toxic({ type: 'latency', attributes: { latency: 100 } }));
    const socket = connect(Number(proxy.listen.split(':')[1]), '127.0.0.1');
    expect(await exchange(socket, 'x')).toBeGreaterThanOrEqual(100);
    await proxy.removeToxic(slow);
    expect(proxy.toxics).toEqual([]);
    socket.destroy();
  });

  test.each([
    [{ type: 'latncy' }, 'UNKNOWN_NAME', /latency/],
    [{ type: 'latency', attributes: { delay: 5 } }, 'INVALID_INPUT', /latency, jitter, distribution/],
    [{ type: 'bandwidth', attributes: { rate: -5 } }, 'INVALID_INPUT', /^/],
  ])('%j is said to be wrong', (init, code, hint) => {
    let caught: unknown;
    try {
      toxic(init);
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ code });
    expect((caught as { hint?: string }).hint ?? '').toMatch(hint);
  });
});

describe('loss', () => {
  test('what is lost comes later, none of it is missing', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.addOwn('loss', { loss_rate: 1 });
    const socket = await fixture.connect();
    const heard = record(socket);
    socket.write('late');
    await pause(300);
    expect(heard.text).toBe('');
    await fixture.ask('PATCH', '/chaosx/proxies/p/toxics/loss_downstream', { attributes: { loss_rate: 0 } });
    await expect.poll(() => heard.text).toBe('late');
  });

  test('changes of its settings, as a ramp makes them, do not add up', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.addOwn('loss', { loss_rate: 0.0001, rtt: 1 }, { ramp_ms: 500 });
    expect(await exchange(await fixture.connect(), 'x'.repeat(20_000_000))).toBeLessThan(15_000);
  });

  test('throughput collapses as Mathis says, and the sender waits', async () => {
    await using fixture = await ProxyFixture.open();
    // 1,448 bytes in 10 ms, times sqrt(1.5 / 0.06) = 5: 724 bytes a ms.
    await fixture.addOwn('loss', { loss_rate: 0.06, rtt: 10, burst: 2 });
    const took = await exchange(await fixture.connect(), 'x'.repeat(724_000));
    expect(took).toBeGreaterThanOrEqual(990);
    // Its last packets may wait for a timer, rarely more than twice.
    expect(took).toBeLessThan(6_000);
  });

  test.each([
    [{ loss_rate: 2 }, 'loss_rate'],
    [{ burst: -1 }, 'burst'],
    [{ rtt: -1 }, 'rtt'],
  ])('%j is refused', async (attributes, named) => {
    await using fixture = await ProxyFixture.open();
    const answer = await fixture.ask('POST', '/chaosx/proxies/p/toxics', { type: 'loss', attributes });
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining(named) as string });
  });
});

test('Unix sockets, on either side', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chaosx-unix-'));
  try {
    await using server = await listen(echo);
    const path = `unix:${folder}/near.sock`;
    await using far = await createProxy({ upstream: `127.0.0.1:${server.port}`, listen: path });
    await using near = await createProxy({ upstream: path });
    expect(far.listen).toBe(path);
    far.addToxic(toxic({ type: 'latency', attributes: { latency: 100 } }));
    const socket = connect(Number(near.listen.split(':')[1]), '127.0.0.1');
    expect(await exchange(socket, 'x'.repeat(300_000))).toBeGreaterThanOrEqual(100);
    const fate = fateOf(socket);
    far.addToxic(toxic({ type: 'reset_peer' }));
    expect(await fate).toMatch(/^(end|ECONNRESET)$/);
    await far.update({ enabled: false });
    await far.update({ enabled: true });
    await expect(createProxy({ upstream: path, listen: path })).rejects.toThrow('address already in use');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
