import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CHAOS_SCENARIOS, FaultInjector, runningTarget, startedTarget } from '../src/index.js';
import { leftovers } from '../src/undo/leftovers.js';
import { never, startUpstream } from './network-servers.js';
import { listeningPorts, type RunningServer, startRunningServer } from './running-server.js';

let stateDirectory: string;
beforeEach(() => {
  stateDirectory = mkdtempSync(join(tmpdir(), 'chaosx-inject-running-'));
});
afterEach(() => rmSync(stateDirectory, { recursive: true, force: true }));

const { high_latency, random_exceptions, slow_method } = CHAOS_SCENARIOS;
const failingFetch = random_exceptions.with({
  parameters: { methods: ['fetch'], exceptionTypes: ['ECONNRESET'], injectionRate: 1 },
});

async function differencesOf(server: RunningServer): Promise<unknown> {
  return {
    differences: JSON.parse(await server.get('/differences')) as unknown,
    ports: listeningPorts(server),
  };
}

/** That it is as it was before chaosx came, and nothing waits to be undone. */
async function expectUntouched(server: RunningServer): Promise<void> {
  await expect.poll(() => differencesOf(server)).toEqual({ differences: [], ports: [server.port] });
  expect(readdirSync(join(stateDirectory, 'undo'))).toEqual([]);
}

test('the agent comes with a fault on calls of the platform, and goes with it', async () => {
  await using upstream = await startUpstream();
  await using server = await startRunningServer();
  const asks = `/fetch?url=${upstream.url}`;
  await server.get(asks);
  await server.get('/remember');
  const fired: string[] = [];
  {
    await using injection = await new FaultInjector({ stateDirectory }).inject(
      failingFetch,
      runningTarget({ name: 'service', pid: server.pid }),
      { onFired: ({ site }) => fired.push(site) },
    );
    expect(await server.get(asks)).toContain('ECONNRESET');
    expect(await injection.check(never)).toMatchObject({ active: 'yes', exposure: { n: 1 } });
    expect(fired).toEqual(['fetch']);
  }
  expect(await server.get(asks)).toBe('200 stock');
  await expectUntouched(server);
});

test('functions of its modules are reached, and a fault ends by itself after its duration', async () => {
  await using server = await startRunningServer();
  await server.get('/price');
  await server.get('/remember');
  const scenario = slow_method.with({
    duration: '2s',
    targetComponents: ['test/fixtures/*.cjs#price'],
    parameters: { delayMs: 30, injectionRate: 1 },
  });
  const target = runningTarget({ name: 'service', port: server.port });
  const injection = await new FaultInjector({ stateDirectory }).inject(scenario, target);
  await server.get('/price');
  await server.get('/price');
  expect((await injection.check(never)).exposure).toMatchObject({
    n: expect.toSatisfy((n) => n > 0) as unknown,
  });
  await expect.poll(() => readdirSync(join(stateDirectory, 'undo')), { timeout: 10_000 }).toEqual([]);
  expect(await injection.checkAfter(never)).toBe(null);
  await expectUntouched(server);
});

test('connections are met as it opens them', async () => {
  await using upstream = await startUpstream();
  await using server = await startRunningServer();
  const asks = `/get?url=${upstream.url}`;
  await server.get(asks);
  await server.get('/remember');
  const load = new AbortController();
  const client = (async () => {
    while (!load.signal.aborted) await server.get(asks);
  })();
  {
    await using injection = await new FaultInjector({ stateDirectory }).inject(
      high_latency.with({ parameters: { latencyMs: 60 } }),
      runningTarget({ name: 'service', pid: server.pid }),
    );
    const startedAt = performance.now();
    await server.get(asks);
    expect(performance.now() - startedAt).toBeGreaterThan(55);
    expect((await injection.check(never)).active).toBe('yes');
  }
  load.abort();
  await client;
  expect(await server.get(asks)).toBe('200 stock');
  await expectUntouched(server);
});

test('one that connects nowhere is said not to, and is given back', async () => {
  await using server = await startRunningServer();
  await server.get('/remember');
  await expect(
    new FaultInjector({ stateDirectory }).inject(
      high_latency,
      runningTarget({ name: 'service', pid: server.pid }),
    ),
  ).rejects.toMatchObject({ code: 'TARGET_NOT_ROUTED' });
  await expectUntouched(server);
});

test('an injection that is aborted while it attaches leaves nothing', async () => {
  await using server = await startRunningServer();
  await server.get('/remember');
  const reason = new Error('enough');
  const stop = new AbortController();
  const injecting = new FaultInjector({ stateDirectory }).inject(
    high_latency,
    runningTarget({ name: 'service', pid: server.pid }),
    { signal: stop.signal },
  );
  setTimeout(() => stop.abort(reason), 300);
  await expect(injecting).rejects.toBe(reason);
  await expectUntouched(server);
});

test('what is not started yet is refused, and who starts it is named', async () => {
  await expect(
    new FaultInjector({ stateDirectory }).inject(
      failingFetch,
      startedTarget({ name: 'service', start: ['node', 'server.mjs'] }),
    ),
  ).rejects.toMatchObject({
    code: 'TARGET_NOT_READY',
    hint: expect.stringContaining('a ChaosOrchestrator starts it') as unknown,
  });
  expect(await leftovers({ stateDirectory })).toEqual([]);
});

test('a program that is killed while it injects leaves the process as it was after 2 s', async () => {
  await using upstream = await startUpstream();
  await using server = await startRunningServer();
  const asks = `/fetch?url=${upstream.url}`;
  await server.get(asks);
  await server.get('/remember');
  const code = `
import { CHAOS_SCENARIOS, FaultInjector, runningTarget } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
const parameters = { methods: ['fetch'], exceptionTypes: ['ECONNRESET'], injectionRate: 1 };
const target = runningTarget({ name: 'service', pid: ${server.pid} });
await new FaultInjector({ stateDirectory: ${JSON.stringify(stateDirectory)} })
  .inject(CHAOS_SCENARIOS.random_exceptions.with({ parameters }), target);
console.log('injected');`;
  const injector = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(injector, 'exit');
  try {
    await once(createInterface(injector.stdout), 'line');
    expect(await server.get(asks)).toContain('ECONNRESET');
  } finally {
    injector.kill('SIGKILL');
    await gone;
  }
  await expect
    .poll(async () => [await differencesOf(server), (await leftovers({ stateDirectory })).length], {
      timeout: 2_000,
      interval: 50,
    })
    .toEqual([{ differences: [], ports: [server.port] }, 0]);
  expect(await server.get(asks)).toBe('200 stock');
});
