import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { AgentFacts } from '../src/agent/agent-directory.js';
import { preloadEnvironment } from '../src/agent/preload-environment.js';
import type { AgentFaults, RemoteEffect } from '../src/model/agent-link.js';
import { decisions } from '../src/model/decide.js';
import type { FiredDecision } from '../src/model/fault.js';
import type { CallSelection } from '../src/model/scenario-parameters.js';
import { agentPath, openTestHub, startProgram, type TestHub } from './agent-rig.js';
import { never, startUpstream } from './network-servers.js';
import { nodeUnderTest, versionUnderTest } from './node-under-test.js';

const storeService = fileURLToPath(new URL('fixtures/store-service/', import.meta.url));
const reset: RemoteEffect = { kind: 'throw', exceptionTypes: ['ECONNRESET'], moment: 'before' };

function callsFault(
  selection: Partial<Omit<CallSelection, 'when'>> = {},
  effect: RemoteEffect = reset,
): AgentFaults['calls'] {
  return {
    kind: 'calls',
    name: 'random_exceptions',
    components: [],
    selection: { methods: ['fetch'], injectionRate: 1, ...selection },
    effect,
    activeMs: 60_000,
    seed: 42,
  };
}

const fetches = (url: string) => `const answer = () => fetch('${url}').then((response) => response.text());`;

function writeFacts(directory: string, facts: AgentFacts): Promise<void> {
  return writeFile(join(directory, 'agent.json'), JSON.stringify(facts));
}

function run(program: string, args: readonly string[], variables: Readonly<Record<string, string>>) {
  return promisify(execFile)(program, args, { env: { ...process.env, ...variables } });
}

/** Arms a fault and keeps what fired. */
async function arm({ hub }: TestHub, fault = callsFault(), id = 'fault') {
  const fired: FiredDecision[] = [];
  const armed = await hub.arm<'calls'>(id, fault, (decision) => fired.push(decision), never);
  return { armed, fired };
}

test('a fault is felt in another process, counted and told, and gone when it is disarmed', async () => {
  await using upstream = await startUpstream();
  await using agents = await openTestHub();
  await using program = startProgram(fetches(upstream.url), agents.variables);
  expect(await program.ask()).toBe('stock');
  const { armed, fired } = await arm(agents);
  expect(agents.hub.places()).toEqual([
    { number: 0, pid: program.pid, threadId: 0, nodeVersion: versionUnderTest() },
  ]);
  expect(await armed.counts(never)).toMatchObject({ inPlace: 1, matched: 0, fired: 0 });
  expect(await program.ask()).toBe('ECONNRESET');
  expect(await program.ask()).toBe('ECONNRESET');
  expect(await armed.counts(never)).toMatchObject({ inPlace: 1, matched: 2, fired: 2, felt: 2, pauses: 0 });
  expect(fired).toEqual([
    { rule: 'random_exceptions', site: 'fetch', n: 0, effect: 'throw ECONNRESET' },
    { rule: 'random_exceptions', site: 'fetch', n: 1, effect: 'throw ECONNRESET' },
  ]);
  await armed.disarm(never);
  await armed.disarm(never);
  expect(await program.ask()).toBe('stock');
});

test('choices hang on the seed, the call and the place, and not on the process', async () => {
  await using upstream = await startUpstream();
  const seen: boolean[][] = [];
  for (let round = 0; round < 2; round += 1) {
    await using agents = await openTestHub();
    await using first = startProgram(fetches(upstream.url), agents.variables);
    await agents.hub.awaitPlace(({ number }) => number === 0, never);
    await using second = startProgram(fetches(upstream.url), agents.variables);
    await agents.hub.awaitPlace(({ number }) => number === 1, never);
    const { armed, fired } = await arm(agents, callsFault({ injectionRate: 0.5 }));
    for (const program of [first, second]) {
      const failed: boolean[] = [];
      for (let n = 0; n < 12; n += 1) failed.push((await program.ask()) === 'ECONNRESET');
      seen.push(failed);
    }
    await armed.disarm(never);
    expect(new Set(fired.map(({ site }) => site))).toEqual(new Set(['fetch', 'fetch@1']));
  }
  expect(seen.slice(0, 2)).toEqual(seen.slice(2));
  expect(seen[0]).not.toEqual(seen[1]);
  const decide = decisions(42).at('random_exceptions', 'fetch');
  expect(seen[0]).toEqual(Array.from({ length: 12 }, (_, n) => decide(n) < 0.5));
});

describe('what comes while a fault is armed meets it in its first call', () => {
  const task = (url: string) => `fetch('${url}').then(() => 'stock', (error) => error.cause.code)`;
  const answers = {
    'a process': (url: string) =>
      `const { execFile } = require('node:child_process');
       const run = require('node:util').promisify(execFile);
       const answer = async () => (await run(process.execPath, ['-e', "${task(url)}.then(console.log)"])).stdout.trim();`,
    'a forked process': (url: string) =>
      `const { fork } = require('node:child_process');
       require('node:fs').writeFileSync(FILE, "${task(url)}.then((text) => process.send(text, () => process.disconnect()))");
       const answer = () => new Promise((resolve) => fork(FILE).on('message', resolve));`,
    'a worker thread': (url: string) =>
      `const { Worker } = require('node:worker_threads');
       const code = "const { parentPort } = require('node:worker_threads'); ${task(url)}.then((text) => parentPort.postMessage(text))";
       const answer = () => new Promise((resolve) => new Worker(code, { eval: true }).on('message', resolve));`,
    'a worker of a cluster': (url: string) =>
      `const cluster = require('node:cluster');
       require('node:fs').writeFileSync(FILE, "${task(url)}.then((text) => process.send(text, () => process.disconnect()))");
       cluster.setupPrimary({ exec: FILE, execArgv: [] });
       const answer = () => new Promise((resolve) => cluster.fork().on('message', resolve));`,
  };
  test.each(Object.entries(answers))('%s', async (_what, code) => {
    await using upstream = await startUpstream();
    await using agents = await openTestHub();
    await using program = startProgram(
      code(upstream.url).replaceAll('FILE', JSON.stringify(join(agents.hub.directory, 'task.cjs'))),
      agents.variables,
    );
    expect(await program.ask()).toBe('stock');
    const { armed, fired } = await arm(agents);
    expect(await program.ask()).toBe('ECONNRESET');
    await expect.poll(() => fired.map(({ site }) => site)).toEqual(['fetch@2']);
    await expect.poll(async () => (await armed.counts(never)).matched).toBe(1);
    await armed.disarm(never);
    expect(await program.ask()).toBe('stock');
  });
});

test('methods of FileHandles are broken too in a process that comes while the fault is armed', async () => {
  await using agents = await openTestHub();
  const code = `setTimeout(async () => {
    const handle = await require('node:fs/promises').open(process.execPath);
    console.log(await handle.stat().then(() => 'fine', (error) => error.code));
  }, 50)`;
  const answer = async () => (await run(nodeUnderTest, ['-e', code], agents.variables)).stdout.trim();
  await using program = startProgram('const answer = async () => "there";', agents.variables);
  expect(await program.ask()).toBe('there');
  const { armed } = await arm(
    agents,
    callsFault({ methods: ['fs.fstat'] }, { kind: 'throw', exceptionTypes: ['EIO'], moment: 'before' }),
  );
  expect(await answer()).toBe('EIO');
  await armed.disarm(never);
  expect(await answer()).toBe('fine');
});

test('a process that ends before its first turn of the loop is counted', async () => {
  await using agents = await openTestHub();
  const briefly = `try { require('node:fs').readFileSync('/dev/null'); console.log('read'); } catch (error) { console.log(error.code); } process.exit();`;
  await using program = startProgram(
    `const run = require('node:util').promisify(require('node:child_process').execFile);
     const answer = async () => (await run(process.execPath, ['-e', ${JSON.stringify(briefly)}])).stdout.trim();`,
    agents.variables,
  );
  expect(await program.ask()).toBe('read');
  const { armed, fired } = await arm(
    agents,
    callsFault({ methods: ['fs.readFile'] }, { kind: 'throw', exceptionTypes: ['EIO'], moment: 'before' }),
  );
  expect(await program.ask()).toBe('EIO');
  await expect.poll(() => fired.map(({ site }) => site)).toEqual(['fs.readFile@2']);
  await expect.poll(async () => (await armed.counts(never)).matched).toBe(1);
  await armed.disarm(never);
});

describe('the target is never the worse for it', () => {
  const variables = (directory: string) => preloadEnvironment(undefined, agentPath, directory);

  test('it exits when it is done, with a session and a fault', async () => {
    await using agents = await openTestHub();
    await using lasting = startProgram('const answer = async () => 1;', agents.variables);
    await lasting.ask();
    const { armed } = await arm(agents);
    await run(nodeUnderTest, ['-e', 'setTimeout(() => 0, 100)'], agents.variables);
    await armed.disarm(never);
  });

  test.each([
    ['no directory', async () => undefined],
    ['nobody listens', (directory: string) => writeFacts(directory, { token: 'a', faults: [] })],
    ['not JSON', (directory: string) => writeFile(join(directory, 'agent.json'), '{')],
    ['not an object', (directory: string) => writeFile(join(directory, 'agent.json'), '7')],
    [
      'a fault that nobody holds any more',
      async (directory: string) => {
        await writeFacts(directory, { token: 'a', faults: [{ id: 'a', fault: callsFault() }] });
        await writeFile(join(directory, 'lease'), '');
        await utimes(join(directory, 'lease'), 0, 0);
      },
    ],
  ])('%s: nothing happens', async (what, prepare) => {
    await using upstream = await startUpstream();
    const directory = await mkdtemp(join(tmpdir(), 'chaosx-test-facts-'));
    try {
      await prepare(directory);
      const place = what === 'no directory' ? join(directory, 'none') : directory;
      await using program = startProgram(fetches(upstream.url), variables(place));
      expect(await program.ask()).toBe('stock');
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('one that does not know the token is hung up on, and another goes on', async () => {
    await using agents = await openTestHub();
    await using program = startProgram('const answer = async () => 1;', agents.variables);
    await agents.hub.awaitPlace(() => true, never);
    for (const text of ['', '{}\n', 'null\n', `{"kind":"hello","version":1,"token":"${'a'.repeat(43)}"}\n`]) {
      const socket = connect(join(agents.hub.directory, 'agent.sock'));
      if (text !== '') socket.write(text);
      socket.resume();
      await once(socket, 'close');
    }
    expect(agents.hub.places().map(({ pid }) => pid)).toEqual([program.pid]);
    expect((await stat(agents.hub.directory)).mode & 0o777).toBe(0o700);
    for (const name of ['agent.json', 'agent.sock', 'lease'])
      expect((await stat(join(agents.hub.directory, name))).mode & 0o777).toBe(0o600);
  });
});

/** What an agent changes: functions that are as they were, and how many globals, listeners, sockets and timers there are. */
const traces = `
  const { fetch } = globalThis, http = require('node:http'), net = require('node:net'), fs = require('node:fs');
  const { request } = http, { connect } = net.Socket.prototype, globals = Reflect.ownKeys(globalThis).length;
  const isSocket = (fd) => { try { return fs.readlinkSync('/proc/self/fd/' + fd).startsWith('socket:'); } catch { return false; } };
  const answer = async () => JSON.stringify({
    original: [globalThis.fetch === fetch, http.request === request, net.Socket.prototype.connect === connect],
    globals: Reflect.ownKeys(globalThis).length - globals,
    listeners: process.listeners('exit').length,
    sockets: fs.readdirSync('/proc/self/fd').filter(isSocket).length,
    timers: process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length,
  });`;
interface Traces {
  readonly original: readonly boolean[];
  readonly globals: number;
  readonly listeners: number;
  readonly sockets: number;
  readonly timers: number;
}

test('the first fault comes although the agent’s files are gone, and the program has emptied its cache of modules', async () => {
  await using upstream = await startUpstream();
  await using agents = await openTestHub();
  const folder = await mkdtemp(join(tmpdir(), 'chaosx-test-files-'));
  await cp(dirname(agentPath), folder, { recursive: true });
  const variables = preloadEnvironment(
    undefined,
    join(folder, basename(agentPath)),
    agents.variables['CHAOSX_AGENT'] ?? '',
  );
  await using program = startProgram(
    `for (const file of Object.keys(require.cache)) delete require.cache[file];\n${fetches(upstream.url)}`,
    variables,
  );
  expect(await program.ask()).toBe('stock');
  await rm(folder, { recursive: true });
  const { armed } = await arm(agents);
  expect(await program.ask()).toBe('ECONNRESET');
  await armed.disarm(never);
  expect(await program.ask()).toBe('stock');
});

test('it leaves without a trace', async () => {
  await using agents = await openTestHub();
  await using program = startProgram(traces, agents.variables);
  await agents.hub.awaitPlace(() => true, never);
  const before = JSON.parse(await program.ask()) as Traces;
  expect(before).toMatchObject({ original: [true, true, true], globals: 0, listeners: 0, timers: 0 });
  await arm(agents, callsFault({ methods: ['*'], injectionRate: 0 }));
  expect(JSON.parse(await program.ask())).toMatchObject({ original: [false, false, false], globals: 0 });
  await agents.hub.leave(never);
  expect(agents.hub.places()).toEqual([]);
  expect(JSON.parse(await program.ask())).toEqual({ ...before, sockets: before.sockets - 1 });
});

test('a controller that goes takes its faults with it at once', async () => {
  await using upstream = await startUpstream();
  const agents = await openTestHub();
  await using program = startProgram(fetches(upstream.url), agents.variables);
  await program.ask();
  await arm(agents);
  expect(await program.ask()).toBe('ECONNRESET');
  await agents[Symbol.asyncDispose]();
  expect(await program.ask()).toBe('stock');
});

test('a target that was too busy to listen keeps its faults: the controller was there', async () => {
  await using upstream = await startUpstream();
  await using agents = await openTestHub();
  await using program = startProgram(
    `const answer = (line) => {
      if (line === 'fetch') return fetch('${upstream.url}').then((response) => response.text());
      const until = Date.now() + 2500;
      while (Date.now() < until);
      return Promise.resolve('done');
    };`,
    agents.variables,
  );
  await program.ask('fetch');
  const { armed } = await arm(agents);
  expect(await program.ask('block')).toBe('done');
  expect(await program.ask('fetch')).toBe('ECONNRESET');
  expect(await armed.counts(never)).toMatchObject({ inPlace: 1, fired: 1, pauses: 0 });
});

test('this process was stalled: the fault was put back, and is on again', async () => {
  await using upstream = await startUpstream();
  await using agents = await openTestHub();
  await using program = startProgram(fetches(upstream.url), agents.variables);
  await program.ask();
  const { armed, fired } = await arm(agents, callsFault({ atMost: 3 }));
  expect(await program.ask()).toBe('ECONNRESET');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000);
  await expect.poll(async () => (await armed.counts(never)).pauses).toBe(1);
  await expect.poll(async () => (await armed.counts(never)).inPlace).toBe(1);
  expect(await program.ask()).toBe('ECONNRESET');
  expect(await program.ask()).toBe('ECONNRESET');
  // Its numbers and limits went on: no choice is made twice.
  expect(await program.ask()).toBe('stock');
  expect(await armed.counts(never)).toMatchObject({ fired: 3 });
  expect(fired.map(({ n }) => n)).toEqual([0, 1, 2]);
  await armed.disarm(never);
});

test('a thread that a fault blocks, so that it cannot listen, is let go when its controller is silent', async () => {
  await using agents = await openTestHub({ modules: { root: storeService, patterns: ['src/*.mjs'] } });
  await using program = startProgram(
    `const store = import('${storeService}src/store.mjs');
     const answer = async () => {
       const { count } = await store, startedAt = performance.now();
       count();
       return performance.now() - startedAt;
     };`,
    agents.variables,
  );
  await program.ask();
  const slow: RemoteEffect = { kind: 'delay', delayMs: 5_000, honourAbort: true };
  await arm(agents, { ...callsFault({ methods: ['count'] }, slow), components: ['src/*.mjs'] });
  // It was not seen to answer yet, and so is called before it is known that it can only be blocked.
  const asked = program.ask();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000);
  const tookMs = Number(await asked);
  expect(tookMs).toBeGreaterThan(500);
  expect(tookMs).toBeLessThan(2_500);
});

test('what a process saw that was killed counts on', async () => {
  await using upstream = await startUpstream();
  await using agents = await openTestHub();
  await using lasting = startProgram(fetches(upstream.url), agents.variables);
  await lasting.ask();
  const { armed } = await arm(agents);
  const short = startProgram(fetches(upstream.url), agents.variables);
  expect(await short.ask()).toBe('ECONNRESET');
  await expect.poll(async () => (await armed.counts(never)).fired).toBe(1);
  process.kill(short.pid, 'SIGKILL');
  await short.exited;
  await expect.poll(() => agents.hub.places().length).toBe(1);
  expect(await armed.counts(never)).toMatchObject({ inPlace: 1, fired: 1 });
  await armed.disarm(never);
});

describe('what cannot be armed says why, and leaves nothing', () => {
  test('there is no agent', async () => {
    await using agents = await openTestHub();
    await expect(arm(agents)).rejects.toMatchObject({
      code: 'INJECTION_FAILED',
      message: 'expected an agent in the target, there is none',
    });
  });

  test.each([
    [
      callsFault({ methods: ['fetsch'] }),
      'no call of the platform matches "fetsch" (did you mean "fetch"?); there are fetch, http.request, https.request, net.connect',
    ],
    [
      { ...callsFault({ methods: [] }), components: ['src/db.js'] },
      'no module of the target with functions in it matches "src/db.js"; there are none',
    ],
  ])('a pattern matches nothing', async (fault, message) => {
    await using agents = await openTestHub();
    await using program = startProgram(traces, agents.variables);
    await program.ask();
    await expect(arm(agents, fault)).rejects.toMatchObject({
      code: 'INJECTION_FAILED',
      message: expect.stringContaining(message) as string,
    });
    expect(JSON.parse(await program.ask())).toMatchObject({ original: [true, true, true], listeners: 0 });
  });
});

test('a fault is gone only when it is gone from a process that found it armed and did not say hello yet', async () => {
  await using upstream = await startUpstream();
  await using agents = await openTestHub();
  await using lasting = startProgram(fetches(upstream.url), agents.variables);
  await lasting.ask();
  const { armed } = await arm(agents);
  const [busy, free] = ['busy', 'free'].map((name) => join(agents.hub.directory, name));
  const task = `
    const { writeFileSync } = require('node:fs'), until = Date.now() + 400;
    writeFileSync(${JSON.stringify(busy)}, '');
    while (Date.now() < until);
    writeFileSync(${JSON.stringify(free)}, '');
    setTimeout(() => fetch('${upstream.url}').then(() => console.log('stock'), () => console.log('broken')), 200);`;
  const starting = run(process.execPath, ['-e', task], agents.variables);
  await expect.poll(() => existsSync(busy ?? ''), { interval: 5 }).toBe(true);
  await armed.disarm(never);
  expect(existsSync(free ?? '')).toBe(true);
  expect((await starting).stdout).toBe('stock\n');
});
