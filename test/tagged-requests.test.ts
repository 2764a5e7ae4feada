import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { ChaosExperiment, ChaosOrchestrator, taggedBaggage } from '../src/index.js';
import { FaultInjector } from '../src/faults/fault-injector.js';
import { activePatches } from '../src/interpose/active-patches.js';
import { readTag, requestTag } from '../src/interpose/request-tags.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';
import { thisProcessTarget } from '../src/targets/this-process-target.js';
import { closedPort, never } from './network-servers.js';

afterEach(() => expect(activePatches()).toEqual([]));

const thisFile = fileURLToPath(import.meta.url);
const failing = CHAOS_SCENARIOS.random_exceptions.with({
  parameters: {
    injectionRate: 1,
    exceptionTypes: ['EIO'],
    methods: ['fs.readFile'],
    scope: 'tagged-requests',
  },
});

/** A server that reads a file after it has waited in several ways. */
async function readingServer(read: () => Promise<unknown>) {
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
      setTimeout(() => {
        void Promise.resolve()
          .then(read)
          .then(
            () => response.end('read'),
            (error: NodeJS.ErrnoException) => response.writeHead(500).end(error.code),
          );
      }, 5);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const readFile = () => fs.promises.readFile(thisFile);
const ask = async (url: string, baggage?: string) =>
  (await fetch(url, { method: 'POST', ...(baggage !== undefined && { headers: { baggage } }) })).text();

test('only what is done for tagged requests is hit, however many there are at a time', async () => {
  await using server = await readingServer(readFile);
  const { emit } = http.Server.prototype;
  await using injection = await new FaultInjector().inject(failing, thisProcessTarget('shop'));
  const tag = taggedBaggage(injection.receipt.runId);
  const answers = await Promise.all(
    Array.from({ length: 40 }, async (_, n) => [
      n % 4 === 0,
      await ask(server.url, n % 4 === 0 ? `user=${n}, ${tag};ttl=1` : n % 4 === 1 ? 'user=1' : undefined),
    ]),
  );
  expect(answers).toEqual(answers.map(([tagged]) => [tagged, tagged === true ? 'EIO' : 'read']));
  await readFile();
  const { exposure, measured } = await injection.check(never);
  expect(exposure).toMatchObject({ n: 10, what: 'calls hit, of 10 that matched' });
  expect(measured.expected).toBe('100 % of matching calls, in 10 tagged requests');
  await injection.revert(never);
  expect(Object.hasOwn(http.Server.prototype, 'emit')).toBe(false);
  expect(http.Server.prototype.emit).toBe(emit);
  expect(await ask(server.url, tag)).toBe('read');
});

test('malformed and forged tags are ignored and counted; those of other runs are not of this one', async () => {
  await using server = await readingServer(readFile);
  await using injection = await new FaultInjector().inject(failing, thisProcessTarget('shop'));
  const run = injection.receipt.runId;
  const [, signature = ''] = taggedBaggage(run).split('.');
  const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  for (const baggage of [
    'chaosx',
    'chaosx=',
    'chaosx=;;==,,',
    `chaosx=${run}`,
    `chaosx=${run}.${flipped}`,
    `chaosx=${run}.${signature}x`,
    `chaosx=${'x'.repeat(9_000)}`,
  ]) {
    expect(await ask(server.url, baggage)).toBe('read');
  }
  expect(await ask(server.url, taggedBaggage('another-run'))).toBe('read');
  const { measured } = await injection.check(never);
  expect(measured.expected).toBe(
    '100 % of matching calls, in 0 tagged requests, 7 malformed tags were ignored',
  );
});

test('two faults do not see each other’s requests', async () => {
  const calls: string[] = [];
  const db = { query: async () => calls.push('query') };
  await using server = await readingServer(async () => {
    await db.query();
    await readFile();
  });
  await using files = await new FaultInjector().inject(failing, thisProcessTarget('shop'));
  const queries = failing.with({ parameters: { methods: ['query'], exceptionTypes: ['ECONNRESET'] } });
  await using database = await new FaultInjector().inject(queries, inProcessTarget('shop', { db }));
  const [ofFiles, ofDatabase] = [files, database].map(({ receipt }) => taggedBaggage(receipt.runId)) as [
    string,
    string,
  ];
  expect(await ask(server.url, ofFiles)).toBe('EIO');
  expect(await ask(server.url, ofDatabase)).toBe('ECONNRESET');
  expect(await ask(server.url, `${ofFiles},${ofDatabase}`)).toBe('ECONNRESET');
  await database.revert(never);
  expect(await ask(server.url, `${ofFiles},${ofDatabase}`)).toBe('EIO');
  expect(await ask(server.url)).toBe('read');
});

test('no header makes reading it fail, and none but the signed one is taken', () => {
  const tag = requestTag('run-1');
  const good = taggedBaggage('run-1');
  const [, signed = ''] = good.split('=');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `chaosx=${text}`),
        fc.string().map((text) => `a=b,chaosx=run-1.${text}`),
        fc.nat(signed.length - 1).map((n) => `chaosx=${signed.slice(0, n)}`),
        fc.anything(),
      ),
      (header) => {
        expect(readTag(header, tag)).not.toBe('tagged');
      },
    ),
  );
  expect(readTag(good, tag)).toBe('tagged');
  expect(readTag(['x=1', ` ${good} ; p=1`], tag)).toBe('tagged');
  expect(readTag(good, { ...tag, key: 'another' })).toBe('malformed');
});

test.each([
  ['tagged', true, 'deviated'],
  ['other', false, 'not-injected'],
])('a run whose probe sends a %s request, in a process that it starts', async (_name, tagged, verdict) => {
  const results = fs.mkdtempSync(join(tmpdir(), 'chaosx-tags-'));
  const port = await closedPort();
  const program = `
    require('node:http').createServer((request, response) => {
      require('node:fs').readFile(${JSON.stringify(thisFile)}, (error) => response.writeHead(error ? 500 : 200).end());
    }).listen(${port}, '127.0.0.1');`;
  const url = `http://127.0.0.1:${port}/`;
  try {
    const outcome = await new ChaosOrchestrator({ resultsDirectory: results }).runExperiment(
      new ChaosExperiment({
        name: 'Tags',
        targetSystem: { name: 'reads', start: [process.execPath, '-e', program], ready: { http: url } },
        scenarios: [failing.with({ duration: '1s' })],
        steadyStateHypothesis: 'It reads',
        successCriteria: { passRate: 0.9 },
        probes: [{ name: 'read', http: url, every: '50ms', tagged }],
        baseline: '300ms',
        holdTime: '200ms',
      }),
    );
    expect(outcome.verdict).toBe(verdict);
    const events = fs.readFileSync(join(results, 'tags', 'latest', 'events.jsonl'), 'utf8').split('\n');
    const started = JSON.parse(events[0] ?? '') as { runId: string; requestTag?: string };
    expect(started.requestTag).toBe(taggedBaggage(started.runId));
  } finally {
    fs.rmSync(results, { recursive: true });
  }
});
