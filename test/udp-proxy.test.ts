import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { describe, expect, test } from 'vitest';
import { createUdpProxy, type ProxyEvent, toxic, type ToxicInit } from '../src/proxy/index.js';
import { binomialInterval } from './binomial-interval.js';
import { pause } from './toxiproxy-fixture.js';
import { missingFrom, numbered, UdpFixture } from './udp-fixture.js';

/** On a busy machine too. */
const soon = { timeout: 20_000 };

const upstream = (type: string, attributes: NonNullable<ToxicInit['attributes']> = {}) =>
  toxic({ type, attributes, stream: 'upstream' });

const inOrder = (count: number) => Array.from({ length: count }, (_, n) => n);

/** The numbers that reach the service of so many sent through one toxic. */
async function through(
  spec: ReturnType<typeof upstream>,
  count: number,
  seed = 1,
): Promise<readonly number[]> {
  await using fixture = await UdpFixture.open({ seed, toxics: [spec] });
  const { socket } = await fixture.client();
  await fixture.send(socket, count);
  await fixture.settle();
  expect(fixture.proxy.stats().overloadLoss.total).toBe(0);
  return fixture.numbers;
}

test('without toxics every datagram arrives unchanged, both ways, each client by itself', async () => {
  await using fixture = await UdpFixture.open({}, 1);
  const [one, other] = [await fixture.client(), await fixture.client()];
  await fixture.send(one.socket, 3_000);
  await fixture.send(other.socket, 3_000, 3_000);
  await expect.poll(() => one.answers.length + other.answers.length, soon).toBe(6_000);
  expect(Buffer.concat(fixture.arrived).equals(Buffer.concat(inOrder(6_000).map(numbered)))).toBe(true);
  expect(Buffer.concat(one.answers).equals(Buffer.concat(inOrder(3_000).map(numbered)))).toBe(true);
  expect(Buffer.concat(other.answers).equals(Buffer.concat(fixture.arrived.slice(3_000)))).toBe(true);
  const way = { received: 6_000, sent: 6_000, receivedBytes: 192_000, sentBytes: 192_000 };
  const none = { copies: 0, lostByToxics: 0, lostByOverload: 0, undeliverable: 0, abandoned: 0 };
  expect(fixture.proxy.stats()).toEqual({
    sessions: 2,
    openSessions: 2,
    upstream: { ...way, ...none },
    downstream: { ...way, ...none },
    held: 0,
    injectedLoss: 0,
    overloadLoss: { total: 0, queue: 0, withoutSession: 0, kernel: process.platform === 'linux' ? 0 : null },
    byToxic: {},
  });
});

test('datagrams of any size pass, empty and the largest too', async () => {
  await using fixture = await UdpFixture.open({}, 1);
  const { socket, answers } = await fixture.client();
  const sizes = [0, 1, 1_472, 9_000, 65_507];
  for (const size of sizes) {
    socket.send(Buffer.alloc(size, 7));
    await expect.poll(() => answers.at(-1)?.length, soon).toBe(size);
  }
  expect(fixture.arrived.map(({ length }) => length)).toEqual(sizes);
});

describe('loss', () => {
  const count = 20_000;
  const lost = async (probability: number, seed: number, of = count) =>
    missingFrom(await through(upstream('drop', { probability }), of, seed), of);

  test('at the asked rate within the exact binomial interval, the same datagrams by the same seed', async () => {
    const first = await lost(0.1, 7);
    const [least, most] = binomialInterval(count, 0.1, 1e-6);
    expect(first.length).toBeGreaterThanOrEqual(least);
    expect(first.length).toBeLessThanOrEqual(most);
    const early = first.filter((n) => n < 2_000);
    expect(await lost(0.1, 7, 2_000)).toEqual(early);
    expect(await lost(0.1, 8, 2_000)).not.toEqual(early);
    // More loss takes more: whatever was lost at a lower rate is lost at a higher one.
    expect(await lost(0.2, 7, 2_000)).toEqual(expect.arrayContaining(early));
  });

  test('in bursts of geometric length', async () => {
    const [p, r] = [0.05, 0.25];
    const bursts: number[] = [];
    let last = -2;
    const gone = missingFrom(await through(upstream('burst_drop', { p, r }), count), count);
    for (const n of gone) {
      if (n === last + 1) bursts.push((bursts.pop() ?? 0) + 1);
      else bursts.push(1);
      last = n;
    }
    for (let length = 1; length <= 6; length += 1) {
      const atLeast = bursts.filter((each) => each >= length).length;
      const longer = bursts.filter((each) => each > length).length;
      const [least, most] = binomialInterval(atLeast, 1 - r, 1e-6);
      expect([length, longer >= least && longer <= most]).toEqual([length, true]);
    }
    const share = gone.length / count;
    // Bursts make the rate's deviation larger by sqrt((1 + λ) / (1 - λ)), λ = 1 - p - r.
    const deviation = Math.sqrt(((p * r) / (p + r) ** 2 / count) * ((2 - p - r) / (p + r)));
    expect(Math.abs(share - p / (p + r))).toBeLessThan(6 * deviation);
  });

  test('has another draw for each client', async () => {
    await using fixture = await UdpFixture.open({ toxics: [upstream('drop', { probability: 0.5 })] });
    const [one, other] = [await fixture.client(), await fixture.client()];
    await fixture.send(one.socket, 200);
    await fixture.send(other.socket, 200, 1_000);
    await fixture.settle();
    const numbers = fixture.numbers;
    const ofOther = numbers.filter((n) => n >= 1_000).map((n) => n - 1_000);
    expect(ofOther).not.toEqual(numbers.filter((n) => n < 1_000));
  });

  test('is told apart: by toxic, and who watches learns each datagram', async () => {
    const events: ProxyEvent[] = [];
    await using fixture = await UdpFixture.open({
      toxics: [upstream('drop', { probability: 0.3 })],
      onEvent: (event) => events.push(event),
    });
    const { socket } = await fixture.client();
    await fixture.send(socket, 500);
    await fixture.settle();
    const gone = missingFrom(fixture.numbers, 500);
    const { injectedLoss, overloadLoss, byToxic } = fixture.proxy.stats();
    expect(injectedLoss).toBe(gone.length);
    expect(overloadLoss.total).toBe(0);
    expect(byToxic).toEqual({ drop_upstream: { sessions: 1, datagrams: gone.length, lost: gone.length } });
    const hits = events.filter((event) => event.type === 'datagram-hit');
    expect(hits.map(({ datagram }) => datagram)).toEqual(gone);
    expect(hits[0]).toMatchObject({
      proxy: 'proxy',
      connection: 0,
      toxic: 'drop_upstream',
      stream: 'upstream',
    });
  });
});

test('duplicate: a second copy follows at once, of the same datagrams by the same seed', async () => {
  const spec = upstream('duplicate', { probability: 0.2 });
  const first = await through(spec, 2_000);
  const doubled = first.filter((n, at) => first[at - 1] === n);
  const [least, most] = binomialInterval(2_000, 0.2, 1e-6);
  expect(doubled.length).toBeGreaterThanOrEqual(least);
  expect(doubled.length).toBeLessThanOrEqual(most);
  expect(first).toEqual(inOrder(2_000).flatMap((n) => (doubled.includes(n) ? [n, n] : [n])));
  expect(await through(spec, 2_000)).toEqual(first);
});

test('reorder: a datagram comes behind the next three, the same ones by the same seed', async () => {
  const reordered = async () => {
    const spec = upstream('reorder', { probability: 0.1, behind: 3, wait: 60_000 });
    await using fixture = await UdpFixture.open({ toxics: [spec] });
    const { socket } = await fixture.client();
    await fixture.send(socket, 2_000);
    for (const each of fixture.proxy.toxics) await fixture.proxy.removeToxic(each);
    await fixture.settle();
    return fixture.numbers;
  };
  const numbers = await reordered();
  expect([...numbers].sort((a, b) => a - b)).toEqual(inOrder(2_000));
  const late = numbers.filter((n, at) => n < Math.max(-1, ...numbers.slice(0, at)));
  const [least, most] = binomialInterval(2_000, 0.1, 1e-6);
  expect(late.length).toBeGreaterThanOrEqual(least);
  expect(late.length).toBeLessThanOrEqual(most);
  const expected: number[] = [];
  for (let n = 0; n < 2_000; n += 1) {
    if (!late.includes(n)) expected.push(n);
    if (late.includes(n - 3)) expected.push(n - 3);
  }
  expect(numbers.slice(0, expected.length)).toEqual(expected);
  expect(await reordered()).toEqual(numbers);
});

test('reorder: what nothing follows goes after its wait', async () => {
  expect(await through(upstream('reorder', { behind: 5, wait: 50 }), 3)).toEqual([0, 1, 2]);
});

test('delay: each datagram is late by about as much as asked, and not less', async () => {
  await using fixture = await UdpFixture.open({ toxics: [upstream('delay', { delay: 200 })] }, 1);
  const { socket, answers } = await fixture.client();
  const began = performance.now();
  for (let n = 0; n < 50; n += 1) socket.send(numbered(n));
  await expect.poll(() => answers.length, { ...soon, interval: 1 }).toBe(50);
  expect(performance.now() - began).toBeGreaterThanOrEqual(199);
  expect(fixture.numbers).toEqual(inOrder(50));
});

test('delay with jitter: datagrams overtake each other, none is lost', async () => {
  const numbers = await through(upstream('delay', { delay: 50, jitter: 50 }), 300);
  expect(numbers).not.toEqual(inOrder(300));
  expect([...numbers].sort((a, b) => a - b)).toEqual(inOrder(300));
});

test('what a toxic holds goes on when it is removed, in order', async () => {
  await using fixture = await UdpFixture.open({
    toxics: [upstream('delay', { delay: 60_000, jitter: 30_000 })],
  });
  const { socket } = await fixture.client();
  await fixture.send(socket, 100);
  expect(fixture.proxy.stats().held).toBe(100);
  for (const each of fixture.proxy.toxics) await fixture.proxy.removeToxic(each);
  await fixture.settle();
  expect(fixture.numbers).toEqual(inOrder(100));
});

test('delay: what waits follows a change', async () => {
  await using fixture = await UdpFixture.open({ toxics: [upstream('delay', { delay: 60_000 })] });
  const { socket } = await fixture.client();
  await fixture.send(socket, 10);
  const [slow] = fixture.proxy.toxics;
  if (slow === undefined) throw new Error('no toxic');
  await fixture.proxy.changeToxic(slow, { ...slow.settings, delay: 10 }, 1);
  await fixture.settle();
  expect(fixture.numbers).toEqual(inOrder(10));
});

test('flip_bits: as many bits as asked of the datagrams that were hit, the same ones by the same seed', async () => {
  const flipped = async () => {
    const toxics = [upstream('flip_bits', { bits: 3, probability: 0.5 })];
    await using fixture = await UdpFixture.open({ toxics });
    const { socket } = await fixture.client();
    await fixture.send(socket, 500);
    await fixture.settle();
    return fixture.arrived;
  };
  const bitsBetween = (a: Buffer, b: Buffer) =>
    a.reduce((sum, byte, at) => sum + (byte ^ (b[at] ?? 0)).toString(2).replaceAll('0', '').length, 0);
  const first = await flipped();
  const differences = first.map((payload, n) => bitsBetween(payload, numbered(n)));
  expect(new Set(differences)).toEqual(new Set([0, 3]));
  const hits = differences.filter((bits) => bits === 3).length;
  const [least, most] = binomialInterval(500, 0.5, 1e-6);
  expect(hits).toBeGreaterThanOrEqual(least);
  expect(hits).toBeLessThanOrEqual(most);
  expect(Buffer.concat(await flipped()).equals(Buffer.concat(first))).toBe(true);
});

test('truncate: the beginning is left, shorter ones are spared', async () => {
  await using fixture = await UdpFixture.open({ toxics: [upstream('truncate', { length: 5 })] });
  const { socket } = await fixture.client();
  for (const text of ['', 'abc', 'abcde', 'abcdefgh']) {
    socket.send(text);
    await pause(20);
  }
  await fixture.settle();
  expect(fixture.arrived.map(String)).toEqual(['', 'abc', 'abcde', 'abcde']);
  expect(fixture.proxy.stats().byToxic).toMatchObject({ truncate_upstream: { datagrams: 1, lost: 0 } });
});

test('a toxic acts on its direction alone', async () => {
  await using fixture = await UdpFixture.open({ toxics: [toxic({ type: 'drop' })] }, 1);
  const { socket, answers } = await fixture.client();
  await fixture.send(socket, 100);
  await expect.poll(() => fixture.proxy.stats().downstream.lostByToxics, soon).toBe(100);
  expect(fixture.numbers).toEqual(inOrder(100));
  expect(answers).toEqual([]);
});

test('toxics in a row each decide by themselves; copies too', async () => {
  await using fixture = await UdpFixture.open({
    toxics: [upstream('duplicate'), upstream('drop', { probability: 0.5 })],
  });
  const { socket } = await fixture.client();
  await fixture.send(socket, 1_000);
  await fixture.settle();
  const numbers = fixture.numbers;
  const copies = inOrder(1_000).map((n) => numbers.filter((each) => each === n).length);
  for (const [times, chance] of [
    [0, 0.25],
    [1, 0.5],
    [2, 0.25],
  ] as const) {
    const [least, most] = binomialInterval(1_000, chance, 1e-6);
    const found = copies.filter((each) => each === times).length;
    expect([times, found >= least && found <= most]).toEqual([times, true]);
  }
});

test('a duration ends a toxic by itself, and a ramp brings it on', async () => {
  await using fixture = await UdpFixture.open();
  const { socket } = await fixture.client();
  fixture.proxy.addToxic(toxic({ type: 'drop', stream: 'upstream', durationMs: 1_000 }));
  await fixture.send(socket, 10);
  await expect.poll(() => fixture.proxy.toxics, soon).toEqual([]);
  await fixture.send(socket, 10, 100);
  const ramped = fixture.proxy.addToxic(toxic({ type: 'drop', stream: 'upstream', rampMs: 200 }));
  expect(ramped.settings).toEqual({ probability: 0 });
  await expect.poll(() => ramped.settings, soon).toEqual({ probability: 1 });
  await fixture.send(socket, 10, 200);
  await fixture.settle();
  expect(fixture.numbers).toEqual(inOrder(10).map((n) => n + 100));
});

test('a toxicity spares whole sessions', async () => {
  await using fixture = await UdpFixture.open({
    toxics: [toxic({ type: 'drop', stream: 'upstream', toxicity: 0.5 })],
  });
  for (let session = 0; session < 40; session += 1) {
    const { socket } = await fixture.client();
    await fixture.send(socket, 5, session * 5);
  }
  await fixture.settle();
  const bySession = inOrder(40).map(
    (session) => fixture.numbers.filter((n) => Math.floor(n / 5) === session).length,
  );
  expect(new Set(bySession)).toEqual(new Set([0, 5]));
});

describe('overload is not injected loss', () => {
  test('what toxics hold is bounded', async () => {
    await using fixture = await UdpFixture.open({ toxics: [upstream('delay', { delay: 60_000 })] });
    const { socket } = await fixture.client();
    const large = Buffer.alloc(60_000);
    for (let n = 0; n < 1_200; n += 1) {
      socket.send(large);
      while (fixture.proxy.stats().upstream.received <= n) await pause(0);
    }
    const { upstream: way, held, injectedLoss, overloadLoss } = fixture.proxy.stats();
    expect(way.received).toBe(1_200);
    expect(held).toBeLessThan(1_150);
    expect(overloadLoss).toMatchObject({ queue: 1_200 - held, total: 1_200 - held });
    expect(injectedLoss).toBe(0);
    for (const each of fixture.proxy.connections) fixture.proxy.endConnection(each.number);
    expect(fixture.proxy.stats()).toMatchObject({ held: 0, upstream: { abandoned: held } });
  });

  test('clients beyond the number of sessions are dropped and counted', async () => {
    await using fixture = await UdpFixture.open({ maxSessions: 2 });
    const clients = [await fixture.client(), await fixture.client(), await fixture.client()];
    for (const [n, { socket }] of clients.entries()) {
      socket.send(numbered(n));
      await pause(30);
    }
    await expect.poll(() => fixture.proxy.stats().overloadLoss.withoutSession, soon).toBe(1);
    await fixture.settle();
    expect(fixture.numbers).toEqual([0, 1]);
  });

  test.runIf(process.platform === 'linux')('what the kernel drops is counted', async () => {
    await using fixture = await UdpFixture.open();
    const { socket } = await fixture.client();
    await fixture.send(socket, 1);
    const large = Buffer.alloc(30_000);
    const count = 1_000;
    let sent = 0;
    await new Promise<void>((resolve) => {
      // Without a turn of the loop, nobody reads.
      for (let n = 0; n < count; n += 1) {
        socket.send(large, () => {
          sent += 1;
          if (sent === count) resolve();
        });
      }
    });
    await expect
      .poll(() => {
        const { upstream: way, overloadLoss } = fixture.proxy.stats();
        return way.received + (overloadLoss.kernel ?? 0);
      }, soon)
      .toBe(count + 1);
    expect(fixture.proxy.stats().overloadLoss.kernel).toBeGreaterThan(0);
    await fixture.proxy.update({ enabled: false });
    expect(fixture.proxy.stats().overloadLoss.kernel).toBeGreaterThan(0);
  });
});

test('a client that is silent is forgotten, and comes as another one', async () => {
  await using fixture = await UdpFixture.open({ idleMs: 40 });
  const { socket } = await fixture.client();
  await fixture.send(socket, 1);
  await expect.poll(() => fixture.proxy.connections, soon).toEqual([]);
  await fixture.send(socket, 1, 1);
  await fixture.settle();
  expect(fixture.proxy.stats()).toMatchObject({ sessions: 2 });
});

test('an upstream that is not there is said once, and found when it comes', async () => {
  const probe = createSocket('udp4').bind(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  const events: ProxyEvent[] = [];
  await using fixture = await UdpFixture.open({
    upstream: `127.0.0.1:${port}`,
    onEvent: (event) => events.push(event),
  });
  const { socket, answers } = await fixture.client();
  for (let n = 0; n < 5; n += 1) {
    socket.send('x');
    await pause(20);
  }
  const failures = events.filter(({ type }) => type === 'dial-failed');
  expect(failures).toEqual([
    expect.objectContaining({ error: expect.stringContaining('ECONNREFUSED') as string }),
  ]);
  const service = createSocket('udp4').bind(port, '127.0.0.1');
  service.on('message', (payload, from) => service.send(payload, from.port, from.address));
  await expect
    .poll(() => {
      socket.send('again');
      return answers.length;
    }, soon)
    .toBeGreaterThan(0);
  service.close();
});

test('disabled, nobody listens; enabled again at the same port', async () => {
  await using fixture = await UdpFixture.open();
  const { listen } = fixture.proxy;
  await fixture.proxy.update({ enabled: false });
  const { socket } = await fixture.client();
  const refused = once(socket, 'error');
  socket.send('x');
  expect(String((await refused)[0])).toContain('ECONNREFUSED');
  await fixture.proxy.update({ enabled: true });
  expect(fixture.proxy.listen).toBe(listen);
  await fixture.send(socket, 3);
  await fixture.settle();
  expect(fixture.numbers).toEqual([0, 1, 2]);
});

test.each([
  [{ upstream: '127.0.0.1' }, 'PROXY_FAILED'],
  [{ upstream: '127.0.0.1:9', listen: '192.0.2.1:0' }, 'PROXY_FAILED'],
  [{ upstream: '127.0.0.1:9', toxics: [toxic({ type: 'latency' })] }, 'INVALID_INPUT'],
])('%j is refused', async (options, code) => {
  await expect(createUdpProxy(options)).rejects.toMatchObject({ code });
});
