import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChaosExperiment } from '../src/api/chaos-experiment.js';
import { ChaosOrchestrator } from '../src/api/chaos-orchestrator.js';
import { decisions } from '../src/model/decide.js';
import type { RunningSpec } from '../src/model/experiment.js';
import type { Results } from '../src/model/results.js';
import type { Scenario } from '../src/model/scenario.js';
import { systemClock } from '../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { planProxyDirectory } from '../src/proxy/proxy-directory.js';
import { openRunning } from '../src/targets/open-running.js';
import { runningTarget } from '../src/targets/running-target.js';
import { leftovers } from '../src/undo/leftovers.js';
import { CliFolder, outputOf } from './cli-process.js';
import { never, startUpstream } from './network-servers.js';
import { listeningPorts, type RunningServer, startRunningServer } from './running-server.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaosx-running-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Breaking {
  readonly path: string;
  readonly during?: () => void;
  readonly target?: (server: RunningServer) => Omit<RunningSpec, 'name'>;
}

/** Runs a scenario on a service that is there already, while a path of it is asked. */
async function breakServer(server: RunningServer, scenario: Scenario, breaking: Breaking): Promise<Results> {
  const { path, target = ({ pid }) => ({ pid }), during } = breaking;
  const orchestrator = new ChaosOrchestrator({
    resultsDirectory: null,
    stateDirectory: join(folder, 'state'),
  });
  const results = await orchestrator.runExperiment(
    new ChaosExperiment({
      name: 'A running service',
      targetSystem: { name: 'service', ...target(server) },
      scenarios: [scenario],
      probes: [{ name: 'service', http: `${server.url}${path}`, every: '50ms', timeout: '5s' }],
      successCriteria: { passRate: 0 },
      baseline: '300ms',
      holdTime: '100ms',
      maxRecoveryWait: '10s',
    }),
    undefined,
    { onEvent: ({ type }) => void (type === 'fault-injected' && during?.()) },
  );
  expect(await leftovers({ stateDirectory: join(folder, 'state') })).toEqual([]);
  return results;
}

/** That it is as it was before chaosx came. */
async function expectUntouched(server: RunningServer): Promise<void> {
  expect(JSON.parse(await server.get('/differences'))).toEqual([]);
  await expect.poll(() => listeningPorts(server)).toEqual([server.port]);
}

function commandLine(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
}

function expectHeld({ reason, scenarios }: Results): void {
  // In one object, so that a failure tells why.
  expect({ reason, ...scenarios[0] }).toMatchObject({
    reason: expect.stringContaining('the pass rate was') as unknown,
    backend: 'agent',
    verdict: 'held',
    evidence: { active: 'yes', exposure: { kind: 'counted', n: expect.toSatisfy((n) => n > 0) as unknown } },
  });
}

const brief = { duration: '700ms' } as const;
const failingFetch = CHAOS_SCENARIOS.random_exceptions.with({
  parameters: { methods: ['fetch'], exceptionTypes: ['ECONNRESET'], injectionRate: 1 },
});

describe('a Node service that runs already', () => {
  const { high_latency, network_partition, packet_loss, bandwidth, connection_reset, dns_failure } =
    CHAOS_SCENARIOS;
  test.each([
    high_latency.with({ ...brief, parameters: { latencyMs: 60 } }),
    network_partition.with({ ...brief, parameters: { mode: 'refuse' } }),
    packet_loss.with({ duration: '2s', parameters: { lossPercent: 30 } }),
    bandwidth.with({ ...brief, parameters: { kilobytesPerSecond: 20 } }),
    connection_reset.with({ ...brief, parameters: { resetRate: 1 } }),
    dns_failure.with(brief),
  ])('meets $name on what it connects to, and is left as it was', async (scenario) => {
    await using upstream = await startUpstream();
    await using server = await startRunningServer();
    const asks = `/fetch?look&url=http://localhost:${upstream.port}/`;
    // A connection that is kept alive from before.
    await server.get(asks);
    await server.get('/remember');
    const results = await breakServer(server, scenario, { path: asks });
    expectHeld(results);
    expect(results.cleanExit?.leftovers).toEqual([]);
    await expectUntouched(server);
    expect(await server.get(asks)).toBe('200 stock');
  });

  test.each([
    ['that are kept alive', '/fetch?url='],
    ['of their own', '/get?url='],
  ])('fails no request while its connections %s are redirected and given back', async (_what, asks) => {
    await using upstream = await startUpstream();
    await using server = await startRunningServer();
    const load = new AbortController();
    const answers = new Map<string, number>();
    const client = async () => {
      while (!load.signal.aborted) {
        const answer = await server.get(`${asks}${upstream.url}`);
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
    };
    const clients = Promise.all(Array.from({ length: 10 }, client));
    const directories: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const runId = `running-${process.pid}-${n}`;
      const open = await openRunning(runningTarget({ name: 'service', pid: server.pid }), {
        runId,
        bootId: 'boot',
        expiresAt: systemClock.wallMs() + 60_000,
        journal: { record: async () => {}, amend: async () => {}, done: async () => {} },
        clock: systemClock,
        outputPath: null,
        agent: { redirectsOutgoing: true, modules: [] },
        signal: never,
      });
      await expect
        .poll(async () => (await open.target.outgoing?.stats(never))?.connections ?? 0)
        .toBeGreaterThan(0);
      await open.detach(AbortSignal.timeout(5_000));
      directories.push(planProxyDirectory(runId, 'front'));
    }
    load.abort();
    await clients;
    expect([...answers.keys()]).toEqual(['200 stock']);
    // Each proxy ends with the last connection through it.
    await server.kill('SIGKILL');
    await expect.poll(() => directories.filter((path) => existsSync(path)), { timeout: 5_000 }).toEqual([]);
  });

  test('meets random_exceptions on calls of the platform', async () => {
    await using upstream = await startUpstream();
    await using server = await startRunningServer();
    const asks = `/fetch?url=${upstream.url}`;
    await server.get(asks);
    await server.get('/remember');
    const scenario = failingFetch.with(brief);
    const results = await breakServer(server, scenario, { path: asks, target: ({ port }) => ({ port }) });
    expectHeld(results);
    await expectUntouched(server);
  });

  test.each(['running-server.cjs', 'running-server.mjs'] as const)(
    'meets slow_method in a private function of a module, in %s',
    async (main) => {
      await using server = await startRunningServer({ main });
      await server.get('/price');
      await server.get('/remember');
      const scenario = CHAOS_SCENARIOS.slow_method.with({
        ...brief,
        targetComponents: ['test/fixtures/*.cjs#price'],
        parameters: { delayMs: 50 },
      });
      const results = await breakServer(server, scenario, { path: '/price' });
      expectHeld(results);
      expect(results.scenarios[0]?.evidence?.exposure).toMatchObject({
        what: expect.stringContaining('calls hit') as unknown,
      });
      await expectUntouched(server);
    },
  );

  describe('a function that did not run since chaosx came', () => {
    const slowRate = CHAOS_SCENARIOS.slow_method.with({
      duration: '1500ms',
      targetComponents: ['test/fixtures/tariff.cjs#rate'],
      parameters: { delayMs: 50, injectionRate: 1 },
    });

    test('meets the fault once it runs', async () => {
      await using server = await startRunningServer();
      await server.get('/remember');
      const calls: Promise<string>[] = [];
      const results = await breakServer(server, slowRate, {
        path: '/',
        during: () => {
          const call = async () => {
            for (let n = 0; n < 3; n += 1) await server.get('/tariff');
            return 'called';
          };
          calls.push(call());
        },
      });
      expect(await Promise.all(calls)).toEqual(['called']);
      expectHeld(results);
      expect(results.scenarios[0]?.evidence?.exposure).toMatchObject({ n: 3 });
      await expectUntouched(server);
    });

    test('is waited for in vain when it does not run during the fault either', async () => {
      await using server = await startRunningServer();
      await server.get('/remember');
      const { verdict, scenarios } = await breakServer(server, slowRate, { path: '/' });
      expect({ verdict, ...scenarios[0] }).toMatchObject({
        verdict: 'not-injected',
        evidence: {
          active: 'yes',
          measured: {
            expected: expect.stringContaining('1 more is waited for until first called') as unknown,
          },
          exposure: { kind: 'counted', n: 0 },
        },
      });
      await expectUntouched(server);
    });
  });

  test('has no function of that name: near ones are named', async () => {
    await using server = await startRunningServer();
    const { verdict, scenarios } = await breakServer(
      server,
      CHAOS_SCENARIOS.slow_method.with({ ...brief, targetComponents: ['test/fixtures/*.cjs#prize'] }),
      { path: '/price' },
    );
    expect(verdict).toBe('not-injected');
    expect(scenarios[0]?.reason).toContain('running-server.cjs#price');
    await expectUntouched(server);
  });

  test('tells in the evidence that a connection from before was not reached', async () => {
    await using upstream = await startUpstream();
    await using server = await startRunningServer();
    await server.get(`/fetch?url=${upstream.url}`);
    const { scenarios } = await breakServer(
      server,
      high_latency.with({ ...brief, parameters: { latencyMs: 20 } }),
      {
        path: `/fetch?url=${upstream.url}`,
      },
    );
    expect(scenarios[0]?.evidence?.measured.expected).toContain('; 1 open connection from before passes by');
  });

  test('that never connects anywhere is not injected into', async () => {
    await using server = await startRunningServer();
    const { verdict, scenarios } = await breakServer(server, high_latency.with(brief), { path: '/' });
    expect(verdict).toBe('not-injected');
    expect(scenarios[0]?.reason).toContain(
      'expected service to open an outgoing TCP connection after the agent was attached, it never did',
    );
  });

  test('and is killed during the fault is said to have ended, and nothing is left', async () => {
    await using upstream = await startUpstream();
    await using server = await startRunningServer();
    const results = await breakServer(server, high_latency.with({ duration: '20s' }), {
      path: `/fetch?url=${upstream.url}`,
      during: () => void server.kill('SIGKILL'),
    });
    expect(results.verdict).toBe('not-recovered');
    expect(JSON.stringify(results)).toContain(`process ${server.pid} ended`);
    expect(results.cleanExit).toMatchObject({ clean: true, leftovers: [] });
    expect(results.durationSeconds).toBeLessThan(15);
  });

  test('is held by one run at a time, however it is named', async () => {
    await using server = await startRunningServer();
    let other: Promise<unknown> = Promise.resolve('nothing');
    const scenario = failingFetch.with({ duration: '1s' });
    await breakServer(server, scenario, {
      path: '/',
      during: () => {
        const byPort = breakServer(server, scenario, { path: '/', target: ({ port }) => ({ port }) });
        other = byPort.catch((error: unknown) => error);
      },
    });
    expect(await other).toMatchObject({ code: 'TARGET_LOCKED' });
  });

  test.each([
    ['has a SIGUSR1 handler', ['--own-handler'], 'has a SIGUSR1 handler of its own'],
    ['gave its handler up', ['--own-handler', '--gave-it-up'], 'does not handle SIGUSR1, which would end it'],
  ])('and %s is refused, before anything is touched', async (_what, args, reason) => {
    await using server = await startRunningServer({ args });
    await expect(breakServer(server, high_latency.with(brief), { path: '/' })).rejects.toMatchObject({
      code: 'UNSUPPORTED_SCENARIO',
      message: expect.stringContaining(reason) as unknown,
    });
    expect(await server.get('/')).toBe('ok');
    expect(server.output()).toBe(`port ${server.port}\n`);
  });
});

describe('which process is meant', () => {
  test('is told by pid, port, whole command or a part of it', async () => {
    await using server = await startRunningServer({ args: ['--mark=4f1c'] });
    const line = commandLine(server.pid);
    for (const spec of [
      { pid: server.pid },
      { port: server.port },
      { command: line },
      { command: '--mark=4f1c' },
    ])
      expect(runningTarget({ name: 'service', ...spec }).process).toEqual(server.identity);
  });

  test('is an error when there are several; they are listed', async () => {
    await using one = await startRunningServer({ args: ['--mark=77aa', 'one'] });
    await using two = await startRunningServer({ args: ['--mark=77aa', 'two'] });
    expect(() => runningTarget({ name: 'service', command: '--mark=77aa' })).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: expect.stringMatching(
          new RegExp(String.raw`got 2:\n  pid ${one.pid} \(.+\)\n  pid ${two.pid} \(.+\)$`),
        ) as unknown,
      }),
    );
  });

  test.each([
    ['a pid that nobody has', { pid: 4_194_303 }, 'expected service to be process 4194303, there is none'],
    ['a port where nobody listens', { port: 1 }, 'expected service to listen on port 1, nobody does'],
    ['a command that nobody has', { command: 'n0 such c0mmand' }, 'whose command line is or holds "n0 such'],
    ['chaosx itself', { pid: process.pid }, `${process.pid} is chaosx itself`],
    ['what started chaosx', { pid: process.ppid }, 'started it and waits for it'],
    ['half a pid', { pid: 4.5 }, 'to be a whole number above 0, got 4.5'],
  ])('is an error for %s', (_what, spec, message) => {
    expect(() => runningTarget({ name: 'service', ...spec })).toThrow(message);
  });
});

describe('chaosx run on a process that runs already', () => {
  function experiment({ pid, url }: RunningServer, upstream: string): string {
    return `name: Attached
targetSystem: { name: service, pid: ${pid} }
probes: [{ name: service, http: "${url}/fetch?url=${upstream}", every: 100ms }]
scenarios:
  - { use: high_latency, duration: 30s, parameters: { latencyMs: 20 } }
  - { use: random_exceptions, duration: 30s, parameters: { methods: [fetch], injectionRate: 0.1 } }
parallel: true
baseline: 300ms
`;
  }

  test.each([1, 2, 3, 4, 5, 6])(
    'killed with SIGKILL (seed %i), leaves it as it was after 2 s',
    async (seed) => {
      using commands = new CliFolder();
      await using upstream = await startUpstream();
      await using server = await startRunningServer();
      await server.get(`/fetch?url=${upstream.url}`);
      await server.get('/remember');
      writeFileSync(join(commands.path, 'attached.yaml'), experiment(server, upstream.url));
      const child = commands.start(['run', 'attached.yaml']);
      const output = outputOf(child);
      await systemClock.sleep(150 + decisions(seed)('kill', 'moment', 0) * 1_200, never);
      if (child.exitCode !== null) throw new Error(`the run ended first: ${JSON.stringify(await output)}`);
      child.kill('SIGKILL');
      await once(child, 'exit');
      await expect
        .poll(
          async () => ({
            differences: JSON.parse(await server.get('/differences')) as unknown,
            ports: listeningPorts(server),
            pending: (await leftovers({ stateDirectory: join(commands.path, 'state') })).flatMap(
              ({ pending }) => pending,
            ),
          }),
          { timeout: 2_000, interval: 50 },
        )
        .toEqual({ differences: [], ports: [server.port], pending: [] });
      expect(await server.get(`/fetch?url=${upstream.url}`)).toBe('200 stock');
    },
  );
});
