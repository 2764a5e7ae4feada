import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChaosExperiment } from '../src/api/chaos-experiment.js';
import { ChaosOrchestrator } from '../src/api/chaos-orchestrator.js';
import type { Results } from '../src/model/results.js';
import type { Scenario } from '../src/model/scenario.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { leftovers } from '../src/undo/leftovers.js';
import { findMarkedProcesses } from '../src/undo/run-processes.js';
import { nodeUnderTest } from './node-under-test.js';
import { closedPort, startUpstream } from './network-servers.js';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaosx-agent-outgoing-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function startTls() {
  const [key, cert] = ['key', 'cert'].map((name) => readFileSync(fixture(`tls/localhost-${name}.pem`)));
  const server = https.createServer({ key, cert }, (_request, response) => response.end('stock'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Runs a scenario on a service that declares no dependency, while `ask` is its health check. */
async function breakService(
  scenario: Scenario | ((upstreams: { readonly plain: string; readonly tls: string }) => Scenario),
  ask: (url: string) => Promise<unknown>,
  dependencies: Record<string, { env: string }> = {},
): Promise<Results> {
  await using upstream = await startUpstream();
  await using tls = await startTls();
  const port = await closedPort();
  const orchestrator = new ChaosOrchestrator({
    resultsDirectory: null,
    stateDirectory: join(folder, 'state'),
  });
  const results = await orchestrator.runExperiment(
    new ChaosExperiment({
      name: 'No configuration',
      targetSystem: {
        name: 'service',
        start: [nodeUnderTest, fixture('asks-in-every-way.mjs')],
        env: {
          PORT: String(port),
          UPSTREAM: upstream.url,
          UPSTREAM_TLS: tls.url,
          NODE_OPTIONS: '--no-warnings',
        },
        dependencies,
        ready: { tcp: `127.0.0.1:${port}`, within: '10s' },
      },
      scenarios: [
        typeof scenario === 'function' ? scenario({ plain: upstream.url, tls: tls.url }) : scenario,
      ],
      probes: [
        { name: 'service', check: () => ask(`http://127.0.0.1:${port}`), every: '100ms', timeout: '5s' },
      ],
      successCriteria: { passRate: 0 },
      baseline: '500ms',
      holdTime: '100ms',
    }),
  );
  expect(await findMarkedProcesses(results.runId)).toEqual([]);
  expect(await leftovers({ stateDirectory: join(folder, 'state') })).toEqual([]);
  return results;
}

describe('a started Node service that declares no dependency', () => {
  test.each(['fetch', 'http', 'https', 'net', 'child', 'worker'])(
    'is slow under high latency in what it asks by %s',
    async (way) => {
      const took: number[] = [];
      const results = await breakService(
        CHAOS_SCENARIOS.high_latency.with({ duration: '1500ms', parameters: { latencyMs: 200 } }),
        async (url) => {
          const response = await fetch(`${url}/${way}`);
          const text = await response.text();
          if (!response.ok) throw new Error(text);
          return took.push(Number(text));
        },
      );
      expect(results).toMatchObject({
        verdict: 'held',
        scenarios: [{ backend: 'agent', evidence: { active: 'yes', exposure: { kind: 'counted' } } }],
        cleanExit: { clean: true },
      });
      // Both before and while it is active, a machine may be busy: a delay of 200 ms is the least that is seen.
      expect(Math.max(...took)).toBeGreaterThanOrEqual(Math.min(...took) + 150);
    },
  );

  test('sees refused connections as the platform makes them', async () => {
    const said = new Set<string>();
    const results = await breakService(
      CHAOS_SCENARIOS.network_partition.with({ duration: '1s', parameters: { mode: 'refuse' } }),
      async (url) => said.add((await (await fetch(`${url}/http`)).text()).replace(/\d+(\.\d+)?$/, '<n>')),
    );
    expect(results.verdict).toBe('held');
    expect([...said].toSorted()).toContain('Error: connect ECONNREFUSED 127.0.0.1:<n>');
  });

  test('is cut off from some peers only', async () => {
    const failed = new Set<string>();
    const results = await breakService(
      ({ tls }) =>
        CHAOS_SCENARIOS.network_partition.with({
          duration: '1s',
          parameters: { mode: 'refuse', peers: [new URL(tls).host] },
        }),
      async (url) => {
        for (const way of ['http', 'https', 'fetch']) {
          if (!(await fetch(`${url}/${way}`)).ok) failed.add(way);
        }
        return true;
      },
    );
    expect(results).toMatchObject({
      verdict: 'held',
      scenarios: [{ backend: 'agent', evidence: { active: 'yes', exposure: { kind: 'counted' } } }],
    });
    expect([...failed]).toEqual(['https']);
  });

  test.each([
    ['', {}],
    [', where it declares a dependency too', { upstream: { env: 'UPSTREAM' } }],
  ])('cannot look up names, and says so as the platform does%s', async (_where, dependencies) => {
    const said = new Set<string>();
    const results = await breakService(
      CHAOS_SCENARIOS.dns_failure.with({ duration: '1s', parameters: { error: 'EAI_AGAIN' } }),
      async (url) => {
        for (const way of ['net', 'http'])
          said.add(`${way}: ${(await (await fetch(`${url}/${way}`)).text()).replace(/^\d.*/, 'answered')}`);
        return true;
      },
      dependencies,
    );
    expect(results).toMatchObject({
      verdict: 'held',
      scenarios: [{ backend: 'agent', evidence: { active: 'yes', exposure: { kind: 'counted' } } }],
    });
    expect([...said].toSorted()).toEqual([
      'http: answered',
      'net: Error: getaddrinfo EAI_AGAIN localhost',
      'net: answered',
    ]);
  });

  test('that never connects anywhere: not injected, and why', async () => {
    const results = await breakService(CHAOS_SCENARIOS.high_latency.with({ duration: '1s' }), async (url) =>
      (await fetch(`${url}/nothing`)).text(),
    );
    expect(results).toMatchObject({
      verdict: 'not-injected',
      reason: expect.stringContaining(
        'to open an outgoing TCP connection before the fault, it never did',
      ) as string,
    });
  });
});
