import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StartSpec } from '../src/model/experiment.js';
import { systemClock } from '../src/model/system-clock.js';
import { findLeftovers } from '../src/targets/find-leftovers.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';
import type { OpenContext } from '../src/targets/open-context.js';
import { openTarget } from '../src/targets/open-target.js';
import type { OpenTarget } from '../src/targets/open-target.js';
import { startedTarget } from '../src/targets/started-target.js';
import { isTargetNotReady } from '../src/targets/target-not-ready.js';
import { thisProcessTarget } from '../src/targets/this-process-target.js';
import { bootId } from '../src/undo/boot-id.js';
import { isAlive } from '../src/undo/process-identity.js';
import { findMarkedProcesses } from '../src/undo/run-processes.js';
import { openUndoJournal } from '../src/undo/undo-journal.js';
import type { UndoJournal } from '../src/undo/undo-journal.js';
import { closedPort } from './network-servers.js';

const server = fileURLToPath(new URL('fixtures/small-server.mjs', import.meta.url));
const listening: { close(): unknown }[] = [];
let folder = '';
let runId = '';
let count = 0;
let journal: UndoJournal;
let port = 0;
beforeEach(async () => {
  count += 1;
  runId = `target-${process.pid}-${count}`;
  folder = await mkdtemp(join(tmpdir(), 'chaosx-test-'));
  journal = await openUndoJournal({ runId, stateDirectory: join(folder, 'state') });
  port = await closedPort();
});
afterEach(async () => {
  await journal.close({ remove: true });
  for (const listener of listening.splice(0)) listener.close();
  const left = await findMarkedProcesses(runId);
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function listen(on: Server, at = 0): Promise<number> {
  await new Promise<void>((resolve) => {
    on.listen(at, '127.0.0.1', resolve);
  });
  listening.push(on);
  return (on.address() as AddressInfo).port;
}
async function context(changes: Partial<OpenContext> = {}): Promise<OpenContext> {
  return {
    runId,
    bootId: await bootId(),
    expiresAt: systemClock.wallMs() + 600_000,
    journal,
    clock: systemClock,
    outputPath: join(folder, 'target.log'),
    signal: new AbortController().signal,
    ...changes,
  };
}
async function open(spec: Partial<StartSpec>, changes: Partial<OpenContext> = {}): Promise<OpenTarget> {
  const whole: StartSpec = { name: 'shop', start: ['node', server], ...spec };
  return openTarget(startedTarget(whole), whole, await context(changes));
}
/** The failure of a start, and proof that nothing of it is left. */
async function failedStart(spec: Partial<StartSpec>, changes: Partial<OpenContext> = {}) {
  // A run opens its target once: each start is a run of its own.
  await journal.close({ remove: true });
  runId = `${runId}x`;
  journal = await openUndoJournal({ runId, stateDirectory: join(folder, 'state') });
  const error = await open(spec, changes).then(
    () => {
      throw new Error('expected the start to fail, it did not');
    },
    (reason: unknown) => reason,
  );
  expect(await left()).toEqual([]);
  if (!isTargetNotReady(error)) throw error;
  const { code, why, message, lastOutput } = error;
  return { code, why, message: message.replaceAll(String(port), 'PORT'), lastOutput };
}
const left = () => findLeftovers({ runId, stateDirectory: join(folder, 'state') });
const ask = async (path = '/') => (await fetch(`http://127.0.0.1:${port}${path}`)).text();

test('starts, is ready, tells its dependencies’ new addresses, and is gone after stop with all that it started', async () => {
  const upstream = createHttpServer((_request, response) => response.end('from upstream'));
  const upstreamPort = await listen(upstream);
  const opened = await open({
    start: ['node', server, 'an argument'],
    env: { PORT: String(port), UPSTREAM: `http://127.0.0.1:${upstreamPort}/v1?a=b` },
    ready: { http: `http://127.0.0.1:${port}/` },
    dependencies: { upstream: { env: 'UPSTREAM' } },
  });
  const { target, ready } = opened;
  expect(target).toMatchObject({ kind: 'started', name: 'shop', dependencies: ['upstream'] });
  expect(ready.tookMs).toBeGreaterThan(0);
  const told = JSON.parse(await ask()) as { upstream: string; run: string; args: readonly string[] };
  expect(told).toEqual({
    upstream: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1\?a=b$/),
    run: runId,
    args: ['an argument'],
  });
  expect(told.upstream).not.toContain(String(upstreamPort));
  expect(await ask('/upstream')).toBe('from upstream');
  const route = target.running?.routes.get('upstream');
  expect((await route?.stats(AbortSignal.timeout(5_000)))?.connections).toBe(1);
  expect(journal.pending().map(({ kind, id }) => [kind, id])).toEqual([
    ['proxy', `${runId}-proxy`],
    ['started-process', `${runId}-target`],
  ]);
  expect(journal.pending()).toMatchObject([{ process: {} }, { process: target.running?.process }]);
  expect(opened.failure()).toBeNull();

  await Promise.all([opened.stop(AbortSignal.timeout(10_000)), opened.stop(AbortSignal.timeout(10_000))]);
  expect(await left()).toEqual([]);
  expect(journal.pending()).toEqual([]);
  expect(await opened.exited).toEqual({ code: null, signal: 'SIGTERM' });
  expect(opened.failure()).toBeNull();
  expect(opened.lastOutput()).toEqual([`listening on ${port}`]);
  expect(await readFile(join(folder, 'target.log'), 'utf8')).toBe(`listening on ${port}\n`);
});

test('a dependency with a fixed port is met there', async () => {
  const upstream = createHttpServer((_request, response) => response.end('from upstream'));
  const address = `127.0.0.1:${await listen(upstream)}`;
  const fixed = `127.0.0.1:${await closedPort()}`;
  await using _opened = await open({
    env: { PORT: String(port), UPSTREAM: `http://${fixed}` },
    ready: { tcp: `127.0.0.1:${port}` },
    dependencies: { upstream: { address, listen: fixed } },
  });
  expect(await ask('/upstream')).toBe('from upstream');
});

test('when the proxy cannot listen, nothing is left', async () => {
  const taken = `127.0.0.1:${await listen(createServer())}`;
  await expect(
    open({ dependencies: { upstream: { address: '127.0.0.1:9', listen: taken } } }),
  ).rejects.toMatchObject({ code: 'PROXY_FAILED' });
  expect(await left()).toEqual([]);
});

test('without a ready check it is ready once it has lived a while; in a shell, its children go with it', async () => {
  const opened = await open(
    { start: 'sleep 1000 & echo "from a shell"; wait', shell: true },
    { outputPath: null },
  );
  expect(opened.ready.tookMs).toBeGreaterThanOrEqual(200);
  expect(await findMarkedProcesses(runId)).toHaveLength(2);
  expect(opened.lastOutput()).toEqual(['from a shell']);
  await opened[Symbol.asyncDispose]();
  expect(await left()).toEqual([]);
  expect(opened.lastOutput()).toEqual(['from a shell']);
});

test('one that ignores SIGTERM, and has a child in a session of its own, is gone all the same', async () => {
  const stubborn = fileURLToPath(new URL('fixtures/stubborn-target.mjs', import.meta.url));
  const opened = await open({ start: ['node', stubborn] });
  while ((await findMarkedProcesses(runId)).length < 2)
    await systemClock.sleep(5, AbortSignal.timeout(10_000));
  await opened.stop(AbortSignal.timeout(10_000));
  expect(await left()).toEqual([]);
  expect(await opened.exited).toEqual({ code: null, signal: 'SIGKILL' });
});

test('an exit during the run is seen, and is a failure', async () => {
  await using opened = await open({ env: { PORT: String(port) }, ready: { tcp: `127.0.0.1:${port}` } });
  await ask('/exit').catch(() => 'cut off');
  expect(await opened.exited).toEqual({ code: 3, signal: null });
  expect(opened.failure()).toBe('shop exited with code 3');
  const pid = opened.target.running?.process;
  expect(pid && isAlive(pid)).toBe(false);
  await opened.stop(AbortSignal.timeout(10_000));
  expect(opened.failure()).toBe('shop exited with code 3');
});

test('a command that is not there', async () => {
  expect(await failedStart({ start: ['no-such-program-of-ours'] })).toMatchInlineSnapshot(`
    {
      "code": "TARGET_NOT_READY",
      "lastOutput": [],
      "message": "expected to start shop with no-such-program-of-ours: command not found",
      "why": "not-started",
    }
  `);
  const plainFile = join(folder, 'plain');
  await writeFile(plainFile, 'text', { mode: 0o600 });
  expect(await failedStart({ start: [plainFile] })).toMatchObject({
    why: 'not-started',
    message: `expected to start shop with ${plainFile}: it is not executable`,
  });
  expect(await failedStart({ cwd: '/no/such/folder' })).toMatchInlineSnapshot(`
    {
      "code": "TARGET_NOT_READY",
      "lastOutput": [],
      "message": "expected the folder /no/such/folder to start in, there is none",
      "why": "not-started",
    }
  `);
});

test('one that exits at once, with its last lines', async () => {
  const script = `for (let i = 1; i <= 30; i += 1) console.log('line ' + i); console.error('\\x1b[31mno\\x07 luck\\x1b[0m'); process.exit(7)`;
  const failure = await failedStart({ start: ['node', '-e', script], ready: { tcp: `127.0.0.1:${port}` } });
  expect(failure).toMatchObject({ code: 'TARGET_NOT_READY', why: 'exited' });
  expect(failure.message).toBe('expected shop to become ready, it exited with code 7');
  expect(failure.lastOutput).toEqual([
    ...Array.from({ length: 19 }, (_, index) => `line ${index + 12}`),
    'no luck',
  ]);
  expect(await failedStart({ start: ['sh', '-c', 'kill -SEGV $$'] })).toMatchObject({
    message: 'expected shop to become ready, it was ended by SIGSEGV',
  });
});

test('one that is never ready', async () => {
  const env = { PORT: String(port), DELAY_MS: '60000' };
  expect(
    await failedStart({ env, ready: { http: `http://127.0.0.1:${port}/`, within: '300ms' } }),
  ).toMatchInlineSnapshot(`
    {
      "code": "TARGET_NOT_READY",
      "lastOutput": [],
      "message": "expected shop to be ready within 300 ms, it was not: connect ECONNREFUSED 127.0.0.1:PORT",
      "why": "never-ready",
    }
  `);
  // Starts to answer only after the look at the port.
  const script = `require('http').createServer((q, r) => r.writeHead(503).end()).listen(${port}, '127.0.0.1')`;
  expect(
    await failedStart({
      start: ['node', '-e', script],
      ready: { http: `http://127.0.0.1:${port}/`, within: '1500ms' },
    }),
  ).toMatchInlineSnapshot(`
    {
      "code": "TARGET_NOT_READY",
      "lastOutput": [],
      "message": "expected shop to be ready within 1.5 s, it was not: expected status 2xx, got 503",
      "why": "never-ready",
    }
  `);
});

test('a port in use: somebody answers there before the start, or it says so itself', async () => {
  await listen(createServer(), port);
  const env = { PORT: String(port) };
  expect(await failedStart({ env, ready: { tcp: `127.0.0.1:${port}` } })).toMatchInlineSnapshot(`
    {
      "code": "TARGET_NOT_READY",
      "lastOutput": [],
      "message": "expected 127.0.0.1:PORT to be free for shop, something answers there already",
      "why": "port-in-use",
    }
  `);
  const failure = await failedStart({ env });
  expect(failure).toMatchObject({ code: 'TARGET_NOT_READY', why: 'port-in-use' });
  expect(failure.lastOutput.join('\n')).toContain('EADDRINUSE');
});

test('aborted while it starts, nothing is left', async () => {
  const stop = new AbortController();
  const opening = open(
    { env: { PORT: String(port), DELAY_MS: '60000' }, ready: { tcp: `127.0.0.1:${port}` } },
    { signal: stop.signal },
  );
  while ((await findMarkedProcesses(runId)).length === 0)
    await systemClock.sleep(5, AbortSignal.timeout(10_000));
  stop.abort(new Error('enough'));
  await expect(opening).rejects.toThrow('enough');
  expect(await left()).toEqual([]);
  expect(journal.pending()).toEqual([]);
});

test('targets of this process', () => {
  const db = { query: () => 1 };
  class Mailer {
    send() {}
  }
  const target = inProcessTarget('shop', { database_layer: db, Mailer });
  expect(target).toEqual({
    kind: 'objects',
    name: 'shop',
    components: new Map<string, object>([
      ['database_layer', db],
      ['Mailer', Mailer],
    ]),
  });
  expect(thisProcessTarget('me')).toEqual({ kind: 'this-process', name: 'me' });
  expect(() => inProcessTarget('shop', {})).toThrow('expected at least one component of shop, got none');
  const broken = { db: null } as unknown as Record<string, object>;
  expect(() => inProcessTarget('shop', broken)).toThrow(
    'expected component db to be an object or class, got null',
  );
});
