import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decisions } from '../src/model/decide.js';
import { DecisionJournal, type JournalEntry } from '../src/proxy/decision-journal.js';
import { createHttpProxy, createProxy, type ProxyEvent, toxic, type ToxicInit } from '../src/proxy/index.js';
import { CliFolder } from './cli-process.js';
import { echo, fateOf, listen, startUpstream } from './network-servers.js';
import { exchange } from './exchange.js';
import { ask, ProxyFixture, record } from './toxiproxy-fixture.js';

/** Exchanges ten messages on each of three connections, one after the other. @returns how long each took, in ms */
async function talk(address: string): Promise<readonly (readonly number[])[]> {
  const took: number[][] = [];
  for (let connection = 0; connection < 3; connection += 1) {
    const socket = connect({ host: '127.0.0.1', port: Number(address.split(':')[1]), noDelay: true });
    await once(socket, 'connect');
    const times: number[] = [];
    for (let n = 0; n < 10; n += 1) times.push(await exchange(socket, 'ping'));
    took.push(times);
    socket.destroy();
    await once(socket, 'close');
  }
  return took;
}

/** What a proxy with one toxic of ours decides while clients talk through it. */
async function decidedBy(init: ToxicInit, seed = 7) {
  await using upstream = await listen(echo);
  const entries: JournalEntry[] = [];
  const journal = new DecisionJournal(seed, (entry) => entries.push(entry));
  await using proxy = await createProxy({
    name: 'p',
    upstream: `127.0.0.1:${upstream.port}`,
    seed,
    onEvent: journal.take,
    toxics: [toxic(init)],
  });
  const took = await talk(proxy.listen);
  return { entries, took };
}

const perMessage: ToxicInit = {
  type: 'latency',
  name: 'slow',
  toxicity: 0.3,
  per: 'message',
  attributes: { latency: 80 },
};

test('per message: those that lose their roll are late, the others are not, and the journal says which', async () => {
  const { entries, took } = await decidedBy(perMessage);
  const decide = decisions(7);
  const expected: JournalEntry[] = [{ type: 'journal-started', formatVersion: 1, seed: 7 }];
  for (let connection = 0; connection < 3; connection += 1) {
    for (let n = 0; n < 10; n += 1) {
      const isHit = decide('message', `p conn#${connection} slow`, n) < 0.3;
      const ms = took[connection]?.[n] ?? 0;
      if (isHit) {
        expect(ms).toBeGreaterThanOrEqual(79);
        expected.push({
          type: 'decision-fired',
          proxy: 'p',
          toxic: 'slow',
          connection,
          n,
          effect: 'hit',
        });
      }
    }
  }
  expect(entries).toEqual(expected);
  expect(expected.length).toBeGreaterThan(4);
  // Where the machine is busy, one of them may be late all the same.
  const quick = took.flat().filter((ms) => ms < 79).length;
  expect(quick).toBeGreaterThan(30 - expected.length - 5);
});

test.each<[string, ToxicInit]>([
  ['per message', perMessage],
  ['per connection', { type: 'noop', toxicity: 0.5 }],
  ['drawn delays', { type: 'latency', attributes: { latency: 4, jitter: 3 } }],
  ['lost packets', { type: 'loss', attributes: { loss_rate: 0.03 } }],
  ['flipped bits', { type: 'corrupt', attributes: { bit_error_rate: 0.01 } }],
])('the same seed gives the same journal: %s', async (_what, init) => {
  const { entries } = await decidedBy(init);
  expect(entries.length).toBeGreaterThan(3);
  expect((await decidedBy(init)).entries).toEqual(entries);
  expect((await decidedBy(init, 8)).entries.slice(1)).not.toEqual(entries.slice(1));
});

test('what is spared does not overtake what is held, and an end comes last', async () => {
  await using fixture = await ProxyFixture.open();
  await fixture.addOwn('latency', { latency: 150 }, { name: 'slow', toxicity: 0.5, per: 'message' });
  await fixture.addOwn('slicer', { average_size: 3 }, { toxicity: 0.5, per: 'message', stream: 'upstream' });
  const socket = await fixture.connect();
  let back = '';
  socket.setEncoding('utf8').on('data', (text: string) => (back += text));
  const ended = once(socket, 'end');
  let sent = '';
  for (let n = 0; n < 40; n += 1) {
    socket.write(`message ${n};`);
    sent += `message ${n};`;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  socket.end();
  await ended;
  expect(back).toBe(sent);
});

test('taken off, everything that waits goes on at once and in order', async () => {
  await using fixture = await ProxyFixture.open();
  await fixture.addOwn('latency', { latency: 60_000 }, { name: 'slow', toxicity: 0.5, per: 'message' });
  const socket = await fixture.connect();
  const heard = record(socket);
  let sent = '';
  for (let n = 0; n < 20; n += 1) {
    socket.write(`${n};`);
    sent += `${n};`;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(heard.text.length).toBeLessThan(sent.length);
  await fixture.ask('DELETE', '/chaosx/proxies/p/toxics/slow');
  await expect.poll(() => heard.text).toBe(sent);
});

test('a reset can be a matter of each message', async () => {
  await using upstream = await listen(echo);
  await using proxy = await createProxy({
    name: 'p',
    upstream: `127.0.0.1:${upstream.port}`,
    toxics: [toxic({ type: 'reset_peer', name: 'cut', per: 'message', toxicity: 0.2 })],
  });
  const decide = decisions(0);
  const first = Array.from({ length: 100 }, (_, n) => n).find(
    (n) => decide('message', 'p conn#0 cut', n) < 0.2,
  );
  const socket = connect(Number(proxy.listen.split(':')[1]), '127.0.0.1');
  const fate = fateOf(socket);
  for (let n = 0; n < (first ?? 0); n += 1) await exchange(socket, 'ping');
  socket.write('ping');
  expect(await fate).toBe('ECONNRESET');
});

test.each([
  [{ type: 'slow_close', per: 'message' }, 'slow_close does not act on single messages'],
  [{ type: 'refuse', per: 'message' }, 'refuse does not act on single messages'],
  [{ type: 'noop', per: 'byte' }, 'expected per to be connection or message, got \\"byte\\"'],
  [{ type: 'noop', per: 3 }, 'per'],
])('%j is refused', async (body, named) => {
  await using fixture = await ProxyFixture.open();
  const answer = await fixture.ask('POST', '/chaosx/proxies/p/toxics', body);
  expect(answer).toMatchObject({ status: 400, body: expect.stringContaining(named) as string });
});

test('in code as well; and Toxiproxy’s clients neither see nor set it', async () => {
  expect(() => toxic({ type: 'half_open', per: 'message' })).toThrow('half_open does not act on single');
  await using fixture = await ProxyFixture.open();
  await fixture.add('noop', {}, { per: 'message' });
  const { body } = await fixture.ask('GET', '/proxies/p/toxics');
  expect(body).not.toContain('per');
  const own = await fixture.ask('GET', '/chaosx/proxies/p/toxics');
  expect(JSON.parse(own.body)).toMatchObject([{ name: 'noop_downstream', per: 'connection' }]);
});

test('a journal tells 1,000 decisions, and counts the others for each toxic when it goes', () => {
  const entries: JournalEntry[] = [];
  {
    using journal = new DecisionJournal(1, (entry) => entries.push(entry));
    const tell = (event: ProxyEvent) => journal.take(event);
    for (let n = 0; n < 1_010; n += 1)
      tell({ type: 'decision-fired', proxy: 'a', toxic: 't', connection: 0, n, effect: 'hit' });
    tell({ type: 'connection-rolled', proxy: 'a', toxic: 'u', connection: 1, isHit: false });
    tell({ type: 'connection-rolled', proxy: 'b', toxic: 't', connection: 1, isHit: true });
    tell({ type: 'connection-opened', proxy: 'b', connection: 1, client: '127.0.0.1:1' });
    tell({ type: 'toxic-removed', proxy: 'a', toxic: 't' });
    tell({ type: 'deleted', proxy: 'b' });
  }
  expect(entries).toHaveLength(1 + 1_000 + 3);
  expect(entries.slice(-3)).toEqual([
    { type: 'decisions-counted', proxy: 'a', of: 't', rolled: 0, fired: 10 },
    { type: 'decisions-counted', proxy: 'b', of: 't', rolled: 1, fired: 0 },
    { type: 'decisions-counted', proxy: 'a', of: 'u', rolled: 1, fired: 0 },
  ]);
});

test('a journal tells what UDP toxics and HTTP rules decided, too', async () => {
  const entries: JournalEntry[] = [];
  const journal = new DecisionJournal(5, (entry) => entries.push(entry));
  await using upstream = await startUpstream();
  await using http = await createHttpProxy({
    upstream: `127.0.0.1:${upstream.port}`,
    seed: 5,
    rules: [{ name: 'half', match: {}, fault: { type: 'status', status: 503 }, probability: 0.5 }],
    onEvent: journal.take,
  });
  const fired: number[] = [];
  for (let n = 0; n < 12; n += 1) if ((await fetch(`http://${http.listen}/`)).status === 503) fired.push(n);
  expect(fired.length).toBeGreaterThan(0);
  expect(entries.flatMap((entry) => (entry.type === 'rule-fired' ? entry.n : []))).toEqual(fired);
  const hit = { type: 'datagram-hit', proxy: 'u', toxic: 'drop', stream: 'upstream', connection: 0 } as const;
  journal.take({ ...hit, datagram: 3 });
  expect(entries.at(-1)).toEqual({ ...hit, datagram: 3 });
});

test('chaosx proxy --journal writes them to a file, which begins with the seed', async () => {
  using folder = new CliFolder();
  await using upstream = await listen(echo);
  const child = folder.start(['proxy', '--api', '127.0.0.1:0', '--seed', '7', '--journal', 'journal.jsonl']);
  const [line] = (await once(child.stdout?.setEncoding('utf8') ?? child, 'data')) as [string];
  const port = Number(/:(\d+),/.exec(line)?.[1]);
  const proxy = { name: 'p', listen: '127.0.0.1:0', upstream: `127.0.0.1:${upstream.port}` };
  const made = JSON.parse((await ask(port, 'POST', '/proxies', JSON.stringify(proxy))).body) as typeof proxy;
  const body = JSON.stringify({ type: 'noop', name: 'n', toxicity: 0.5, per: 'message' });
  await ask(port, 'POST', '/chaosx/proxies/p/toxics', body);
  await talk(made.listen);
  child.kill('SIGINT');
  await once(child, 'exit');
  const entries = readFileSync(join(folder.path, 'journal.jsonl'), 'utf8').trimEnd().split('\n');
  const [first, ...rest] = entries.map((text) => JSON.parse(text) as JournalEntry);
  expect(first).toEqual({ type: 'journal-started', formatVersion: 1, seed: 7 });
  const decide = decisions(7);
  const hits = [0, 1, 2].flatMap((connection) =>
    Array.from({ length: 10 }, (_, n) => ({ connection, n })).filter(
      ({ n }) => decide('message', `p conn#${connection} n`, n) < 0.5,
    ),
  );
  expect(rest).toEqual(
    hits.map((hit) => ({ type: 'decision-fired', toxic: 'n', ...hit, effect: 'hit', proxy: 'p' })),
  );
});

test('a journal that cannot be written is refused', async () => {
  using folder = new CliFolder();
  const { code, stderr } = await folder.run('proxy', '--api', '127.0.0.1:0', '--journal', 'no/where.jsonl');
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('cannot write the journal no/where.jsonl') as string,
  });
});
