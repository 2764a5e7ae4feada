import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  CHAOS_SCENARIOS,
  ChaosExperiment,
  ChaosOrchestrator,
  FaultInjector,
  inProcessTarget,
  isInjected,
} from '../src/index.js';
import { findMarkedProcesses } from '../src/undo/run-processes.js';
import { startUpstream } from './network-servers.js';

const stateDirectory = mkdtempSync(join(tmpdir(), 'chaosx-api-test-'));
afterAll(() => rmSync(stateDirectory, { recursive: true, force: true }));

const quick = { baseline: '200ms', holdTime: '200ms', maxRecoveryWait: '5s' } as const;

describe('runExperiment', () => {
  const orchestrator = new ChaosOrchestrator({ resultsDirectory: null, stateDirectory });

  test('the outgoing connections of this process, named by a bare name', async () => {
    await using server = await startUpstream();
    const connect = Object.getOwnPropertyDescriptor(net.Socket.prototype, 'connect');
    const ask = () =>
      fetch(server.url, { signal: AbortSignal.timeout(2_000), headers: { connection: 'close' } });
    const results = await orchestrator.runExperiment(
      new ChaosExperiment({
        ...quick,
        name: 'Network Resilience Test',
        scenarios: [
          CHAOS_SCENARIOS.high_latency.with({ duration: 1, parameters: { latencyMs: 300 } }),
          CHAOS_SCENARIOS.network_partition.with({ duration: 1, parameters: { mode: 'refuse' } }),
        ],
        targetSystem: 'my_application',
        successCriteria: { responseTimeMs: 200 },
        probes: [{ name: 'stock', check: async () => (await ask()).ok, every: '50ms' }],
      }),
    );
    expect(results.scenarios.map(({ name, verdict, evidence }) => [name, verdict, evidence?.active])).toEqual(
      [
        ['high_latency', 'deviated', 'yes'],
        ['network_partition', 'deviated', 'yes'],
      ],
    );
    const [latency, partition] = results.metrics.scenarios;
    expect(latency?.probes[0]).toMatchObject({ failed: 0 });
    // Ticks that are due while a call waits share its answer: the longest waits are whole calls.
    expect(latency?.probes[0]?.responseTimes.during?.maxMs).toBeGreaterThan(290);
    expect(partition?.probes[0]?.passRate).toBeLessThan(0.2);
    expect(results.cleanExit).toMatchObject({ clean: true });
    expect(Object.getOwnPropertyDescriptor(net.Socket.prototype, 'connect')).toEqual(connect);
    expect(await findMarkedProcesses(results.runId)).toEqual([]);
  });

  test('a bare name: exceptions in the calls of the platform that its system makes', async () => {
    await using upstream = await startUpstream();
    const before = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
    const results = await orchestrator.runExperiment(
      new ChaosExperiment({
        ...quick,
        name: 'Test Suite Resilience',
        scenarios: [
          CHAOS_SCENARIOS.random_exceptions.with({ duration: '1s', parameters: { injectionRate: 0.5 } }),
        ],
        targetSystem: 'test_suite',
        probes: [{ name: 'tests', every: '20ms', check: async () => (await fetch(upstream.url)).ok }],
        successCriteria: { passRate: 0.95 },
        seed: 3,
      }),
    );
    expect(results.verdict).toBe('deviated');
    const [scenario] = results.scenarios;
    expect(scenario?.evidence).toMatchObject({ active: 'yes', exposure: { kind: 'counted' } });
    expect(scenario?.backend).toBe('in-process');
    expect(results.metrics.passRate).toBeGreaterThan(0.1);
    expect(results.metrics.passRate).toBeLessThan(0.9);
    expect(results.cleanExit).toMatchObject({ clean: true });
    expect(Object.getOwnPropertyDescriptor(globalThis, 'fetch')).toEqual(before);
  });

  test('objects of this process, with a health check that says which part failed', async () => {
    const shop = { database: { query: async () => 1 }, mailer: { send: async () => true } };
    const target = inProcessTarget('shop', shop);
    const results = await new ChaosOrchestrator({
      targetSystem: target,
      resultsDirectory: null,
      stateDirectory,
    }).runExperiment(
      new ChaosExperiment({
        ...quick,
        name: 'Database fails',
        targetSystem: 'shop',
        scenarios: [
          CHAOS_SCENARIOS.random_exceptions.with({
            duration: 1,
            targetComponents: ['database'],
            parameters: { injectionRate: 1, exceptionTypes: ['ECONNRESET'] },
          }),
        ],
        probes: [
          {
            name: 'parts',
            every: '50ms',
            check: async () => ({
              mailer: await shop.mailer.send(),
              database: await shop.database.query().then(Boolean, () => false),
            }),
          },
        ],
      }),
    );
    expect(results.verdict).toBe('deviated');
    expect(results.scenarios[0]).toMatchObject({
      evidence: { active: 'yes', exposure: { kind: 'counted' } },
    });
    expect(results.metrics.passRate).toBe(0);
  });

  test('a signal of the caller reverts first', async () => {
    const db = { query: async () => 1 };
    const { query } = db;
    const controller = new AbortController();
    const results = await orchestrator.runExperiment(
      new ChaosExperiment({
        ...quick,
        name: 'Stopped',
        targetSystem: inProcessTarget('shop', { db }),
        scenarios: ['slow_method'],
      }),
      () => db.query(),
      {
        signal: controller.signal,
        onEvent: ({ type }) => void (type === 'fault-injected' && controller.abort(new Error('enough'))),
      },
    );
    expect([results.verdict, results.stoppedBy]).toEqual(['interrupted', 'caller: enough']);
    expect(db.query).toBe(query);
  });

  test('without a health check and probes: what is missing, and what to do', async () => {
    const experiment = new ChaosExperiment({
      name: 'Blind',
      targetSystem: 'app',
      scenarios: ['high_latency'],
    });
    await expect(orchestrator.runExperiment(experiment)).rejects.toMatchObject({ code: 'MISSING_INPUT' });
  });

  test('a listener that throws keeps nothing from being reverted', async () => {
    const db = { query: async () => 1 };
    const { query } = db;
    const experiment = new ChaosExperiment({
      ...quick,
      name: 'Bad listener',
      targetSystem: inProcessTarget('shop', { db }),
      scenarios: [CHAOS_SCENARIOS.slow_method.with({ duration: '200ms' })],
    });
    const onEvent = () => {
      throw new Error('cannot listen');
    };
    await expect(orchestrator.runExperiment(experiment, () => db.query(), { onEvent })).rejects.toThrow(
      'cannot listen',
    );
    expect(db.query).toBe(query);
  });

  test('two runs on one target: one is refused', async () => {
    const target = inProcessTarget('locked', { db: { query: async () => 1 } });
    const experiment = new ChaosExperiment({
      ...quick,
      name: 'Locked',
      targetSystem: target,
      scenarios: [CHAOS_SCENARIOS.slow_method.with({ duration: '200ms' })],
    });
    const runs = [1, 2].map(() => orchestrator.runExperiment(experiment, () => true));
    const refused = (await Promise.allSettled(runs)).filter(({ status }) => status === 'rejected');
    expect(refused).toEqual([
      expect.objectContaining({ reason: expect.objectContaining({ code: 'TARGET_LOCKED' }) as Error }),
    ]);
  });
});

describe('FaultInjector', () => {
  test('one fault for a test, gone with its scope', async () => {
    const db = { query: async () => 1 };
    const { query } = db;
    const scenario = CHAOS_SCENARIOS.random_exceptions.with({ parameters: { injectionRate: 1 } });
    {
      await using _injection = await new FaultInjector({ stateDirectory }).inject(
        scenario,
        inProcessTarget('shop', { db }),
      );
      expect(isInjected(await db.query().catch((error: unknown) => error))).toBe(true);
    }
    expect(db.query).toBe(query);
    expect(readdirSync(join(stateDirectory, 'undo'))).toEqual([]);
  });

  test('it ends by itself after the duration', async () => {
    const db = { query: async () => 1 };
    const { query } = db;
    const scenario = CHAOS_SCENARIOS.null_injection.with({
      duration: '100ms',
      parameters: { injectionRate: 1 },
    });
    await new FaultInjector({ stateDirectory }).inject(scenario, inProcessTarget('shop', { db }));
    expect(db.query).not.toBe(query);
    await expect.poll(() => db.query, { timeout: 10_000 }).toBe(query);
  });

  test('what cannot be made says why', async () => {
    const injecting = new FaultInjector({ stateDirectory }).inject(
      CHAOS_SCENARIOS.disk_full,
      inProcessTarget('shop', { db: {} }),
    );
    await expect(injecting).rejects.toMatchObject({ code: 'UNSUPPORTED_SCENARIO' });
  });
});
