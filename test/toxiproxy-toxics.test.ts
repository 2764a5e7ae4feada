import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { closedPort, fateOf, readAll } from './network-servers.js';
import { exchange } from './exchange.js';
import { pause, ProxyFixture, record } from './toxiproxy-fixture.js';

// Lower bounds are exact up to a rounding of timers; upper ones are wide, for a machine with two busy cores.
const generousMs = 1_500;

const between = (value: number, low: number, high: number) => {
  expect(value).toBeGreaterThanOrEqual(low);
  expect(value).toBeLessThan(high);
};

describe('1.6 the pipeline', () => {
  test('a client whose upstream refuses is closed, or reset when it had written', async () => {
    await using fixture = await ProxyFixture.open();
    const gone = `127.0.0.1:${await closedPort()}`;
    await fixture.ask('POST', '/proxies/p', { upstream: gone });
    const silent = await fixture.connect();
    expect(await fateOf(silent)).toBe('end');
  });

  test('what toxics hold when a proxy is disabled is lost', async () => {
    await using fixture = await ProxyFixture.open();
    const socket = await fixture.connect();
    await exchange(socket, 'warm');
    await fixture.add('latency', { latency: 60_000 });
    const heard = record(socket);
    socket.write('held');
    await pause(50);
    await fixture.ask('POST', '/proxies/p', { enabled: false });
    await expect.poll(() => heard.ended).not.toBeNull();
    expect(heard.text).toBe('');
  });

  test('the two directions are apart', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('latency', { latency: 100 }, { stream: 'upstream' });
    await fixture.add('latency', { latency: 100 }, { stream: 'downstream' });
    between(await exchange(await fixture.connect(), 'both'), 200, 200 + generousMs);
    await fixture.remove('latency_upstream');
    between(await exchange(await fixture.connect(), 'one'), 100, 100 + generousMs);
  });
});

describe('latency', () => {
  test('chunks are delayed side by side, each from its arrival', async () => {
    await using fixture = await ProxyFixture.open();
    const socket = await fixture.connect();
    await exchange(socket, 'warm');
    await fixture.add('latency', { latency: 300 });
    const heard = record(socket);
    const began = performance.now();
    for (const text of ['a', 'b', 'c', 'd', 'e']) {
      socket.write(text);
      await pause(40);
    }
    await expect.poll(() => heard.text, { interval: 5 }).toBe('abcde');
    between(performance.now() - began, 160 + 300, 160 + 300 + generousMs);
    expect(heard.chunks.length).toBeGreaterThan(1);
  });

  test('a longer jitter than latency never goes below none, and order is kept', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('latency', { latency: 10, jitter: 40 });
    const socket = await fixture.connect();
    const heard = record(socket);
    let sent = '';
    for (let n = 0; n < 100; n += 1) {
      sent += `${n},`;
      socket.write(`${n},`);
      await pause(1);
    }
    await expect.poll(() => heard.text).toBe(sent);
  });

  test('negative latency is none', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('latency', { latency: -1_000, jitter: -5 });
    between(await exchange(await fixture.connect(), 'now'), 0, 800);
  });

  test('what waits gets an updated delay, and goes at once when the toxic is removed', async () => {
    await using fixture = await ProxyFixture.open();
    const socket = await fixture.connect();
    await exchange(socket, 'warm');
    await fixture.add('latency', { latency: 60_000 });
    const heard = record(socket);
    socket.write('first ');
    await pause(50);
    await fixture.change('latency_downstream', { latency: 100 });
    await expect.poll(() => heard.text).toBe('first ');
    await fixture.change('latency_downstream', { latency: 60_000 });
    socket.write('second ');
    await pause(50);
    socket.write('third');
    await pause(50);
    expect(heard.text).toBe('first ');
    await fixture.remove('latency_downstream');
    await expect.poll(() => heard.text).toBe('first second third');
  });
});

describe('bandwidth', () => {
  test('100 KB at 100 KB/s take a second, in pieces of 100 ms', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('bandwidth', { rate: 100 });
    const socket = await fixture.connect();
    const heard = record(socket);
    const took = exchange(socket, 'x'.repeat(100_000));
    await expect.poll(() => heard.chunks.length, { interval: 2 }).toBeGreaterThan(0);
    expect(heard.chunks[0]).toBeLessThanOrEqual(10_000);
    between(await took, 995, 1_000 + generousMs);
  });

  test('each connection has its own', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('bandwidth', { rate: 100 });
    const sockets = await Promise.all([fixture.connect(), fixture.connect(), fixture.connect()]);
    const took = await Promise.all(sockets.map((socket) => exchange(socket, 'x'.repeat(40_000))));
    for (const each of took) between(each, 395, 400 + generousMs);
  });

  test('rate 0 lets nothing pass, not even the end; then a rate does, and removal all at once', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('bandwidth', { rate: 0 });
    const socket = await fixture.connect();
    const heard = record(socket);
    socket.end('x'.repeat(20_000));
    await pause(200);
    expect(heard).toMatchObject({ text: '', ended: null });
    await fixture.change('bandwidth_downstream', { rate: 10 });
    await expect.poll(() => heard.text.length).toBeGreaterThan(0);
    expect(heard.text.length).toBeLessThan(20_000);
    await fixture.remove('bandwidth_downstream');
    await expect.poll(() => heard).toMatchObject({ text: 'x'.repeat(20_000), ended: 'end' });
  });

  test('rate 0 does not fill the memory: the sender waits', async () => {
    await using fixture = await ProxyFixture.open((socket) => socket.resume());
    await fixture.add('bandwidth', { rate: 0 }, { stream: 'upstream' });
    const socket = await fixture.connect();
    let written = 0;
    while (written < 64_000_000) {
      written += 65_536;
      if (socket.write(Buffer.alloc(65_536))) continue;
      const drained = await Promise.race([once(socket, 'drain'), pause(500).then(() => 'stuck')]);
      if (drained === 'stuck') break;
    }
    // The kernel's buffers take some on both sides.
    expect(written).toBeLessThan(32_000_000);
  });
});

describe('slow_close', () => {
  test('the end waits, anew after an update, and no longer than the toxic', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('slow_close', { delay: 400 });
    const socket = await fixture.connect();
    const heard = record(socket);
    const began = performance.now();
    socket.end('data passes');
    await expect.poll(() => heard.text).toBe('data passes');
    await pause(200);
    await fixture.change('slow_close_downstream', { delay: 300 });
    await expect.poll(() => heard.ended, { interval: 5 }).toBe('end');
    between(performance.now() - began, 500, 500 + generousMs);

    await fixture.change('slow_close_downstream', { delay: 60_000 });
    const other = await fixture.connect();
    const alsoHeard = record(other);
    other.end('x');
    await pause(100);
    expect(alsoHeard.ended).toBeNull();
    await fixture.remove('slow_close_downstream');
    await expect.poll(() => alsoHeard.ended).toBe('end');
  });
});

describe('timeout', () => {
  test('counts from the last chunk', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('timeout', { timeout: 400 }, { stream: 'upstream' });
    const socket = await fixture.connect();
    const heard = record(socket);
    const began = performance.now();
    for (let n = 0; n < 4; n += 1) {
      socket.write('lost');
      await pause(200);
      expect(heard.ended).toBeNull();
    }
    await expect.poll(() => heard.ended, { interval: 5 }).toBe('end');
    expect(heard.text).toBe('');
    between(performance.now() - began, 990, 1_000 + generousMs);
  });

  test('closes at once at the end of its direction', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('timeout', { timeout: 0 }, { stream: 'upstream' });
    const socket = await fixture.connect();
    socket.end('lost');
    expect(String(await readAll(socket))).toBe('');
  });

  test('0 waits for ever, until its removal closes the connection', async () => {
    await using fixture = await ProxyFixture.open();
    const before = await fixture.connect();
    await exchange(before, 'warm');
    await fixture.add('timeout', { timeout: 0 });
    const heard = [before, await fixture.connect()].map((socket) => {
      socket.write('lost');
      return record(socket);
    });
    await pause(200);
    expect(heard.map(({ ended }) => ended)).toEqual([null, null]);
    await fixture.remove('timeout_downstream');
    await expect.poll(() => heard.map(({ ended }) => ended)).toEqual(['end', 'end']);
    expect(heard.map(({ text }) => text)).toEqual(['', '']);
  });
});

describe('reset_peer', () => {
  test.each(['upstream', 'downstream'])('%s: a time after the first data', async (stream) => {
    const fates: string[] = [];
    await using fixture = await ProxyFixture.open((socket) => {
      void fateOf(socket).then((fate) => fates.push(fate));
      socket.on('data', (chunk) => socket.write(chunk));
    });
    await fixture.add('reset_peer', { timeout: 200 }, { stream });
    const socket = await fixture.connect();
    const began = performance.now();
    socket.write('hello');
    expect(await fateOf(socket)).toBe('ECONNRESET');
    between(performance.now() - began, 199, 200 + generousMs);
    await expect.poll(() => fates).toEqual(['ECONNRESET']);
  });

  test('the end of its direction counts as data', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('reset_peer', { timeout: 50 }, { stream: 'upstream' });
    const socket = await fixture.connect();
    socket.end();
    expect(await fateOf(socket)).toBe('ECONNRESET');
  });
});

describe('slicer', () => {
  test('sizes vary within their bounds, and a delay follows each piece', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('slicer', { average_size: 50, size_variation: 20, delay: 5_000 });
    const socket = await fixture.connect();
    const heard = record(socket);
    const took = await exchange(socket, 'x'.repeat(2_000));
    // 29 pieces at least; the last byte comes before the delay of its piece.
    between(took, 28 * 5, 70 * 5 + generousMs);
    const sizes = heard.chunks.slice(0, -1);
    expect(sizes.length).toBeGreaterThan(10);
    // Two pieces may come together to a busy reader; none is smaller than asked.
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(30);
  });

  test('a variation beyond the size is cut to it', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('slicer', { average_size: 10, size_variation: 1_000, delay: 0 });
    await exchange(await fixture.connect(), 'x'.repeat(100_000));
  });

  test('removal sends the rest whole', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('slicer', { average_size: 10, size_variation: 0, delay: 60_000_000 });
    const socket = await fixture.connect();
    const heard = record(socket);
    socket.write('x'.repeat(1_000));
    await expect.poll(() => heard.text.length).toBe(10);
    await fixture.remove('slicer_downstream');
    await expect.poll(() => heard.text.length).toBe(1_000);
  });
});

describe('limit_data', () => {
  test('passes exactly so many bytes over the life of a connection, however they come', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('limit_data', { bytes: 10 });
    const socket = await fixture.connect();
    await exchange(socket, '0123');
    await exchange(socket, '4567');
    const heard = record(socket);
    socket.write('89abcdef');
    await expect.poll(() => heard.ended).toBe('end');
    expect(heard.text).toBe('89');
  });

  test('0 closes at the first chunk', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('limit_data', { bytes: 0 });
    const socket = await fixture.connect();
    socket.write('x');
    expect(String(await readAll(socket))).toBe('');
  });

  test('the count survives an update; a limit below it closes at the next chunk', async () => {
    await using fixture = await ProxyFixture.open();
    await fixture.add('limit_data', { bytes: 1_000 });
    const [raised, lowered] = [await fixture.connect(), await fixture.connect()];
    await exchange(raised, '01234567');
    await exchange(lowered, '01234567');
    await fixture.change('limit_data_downstream', { bytes: 10 });
    const heard = record(raised);
    raised.write('89abc');
    await expect.poll(() => heard.ended).toBe('end');
    expect(heard.text).toBe('89');
    await fixture.change('limit_data_downstream', { bytes: 5 });
    const alsoHeard = record(lowered);
    await pause(50);
    expect(alsoHeard.ended).toBeNull();
    lowered.write('x');
    await expect.poll(() => alsoHeard.ended).toBe('end');
    expect(alsoHeard.text).toBe('');
  });
});

test('packet_loss delays what it loses by retransmissions, and loses no byte', async () => {
  await using fixture = await ProxyFixture.open();
  await fixture.add('packet_loss', { loss_rate: 1, correlation: 0 });
  const socket = await fixture.connect();
  const heard = record(socket);
  socket.write('late');
  await pause(300);
  expect(heard.text).toBe('');
  await fixture.change('packet_loss_downstream', { loss_rate: 0 });
  await expect.poll(() => heard.text).toBe('late');
});

test('a toxicity hits about as many connections as it says', async () => {
  await using fixture = await ProxyFixture.open();
  await fixture.add('limit_data', { bytes: 0 }, { toxicity: 0.3 });
  let hit = 0;
  const connections = 200;
  for (let n = 0; n < connections; n += 1) {
    const socket = await fixture.connect();
    socket.end('x');
    if (String(await readAll(socket)) === '') hit += 1;
    socket.destroy();
  }
  // Six standard deviations around 60.
  between(hit, 60 - 6 * Math.sqrt(42), 60 + 6 * Math.sqrt(42));
});
