import http from 'node:http';
import net from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChaosExperiment } from '../src/api/chaos-experiment.js';
import { ChaosOrchestrator } from '../src/api/chaos-orchestrator.js';
import { isConnectPatched } from '../src/interpose/outgoing-connections.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { leftovers } from '../src/undo/leftovers.js';
import { echo, listen, startUpstream } from './network-servers.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaosx-kept-alive-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Latency, then loss, on what a health check of this process asks. */
async function breakCalls(healthCheck: () => Promise<unknown>) {
  const orchestrator = new ChaosOrchestrator({
    resultsDirectory: null,
    stateDirectory: join(folder, 'state'),
  });
  const results = await orchestrator.runExperiment(
    new ChaosExperiment({
      name: 'Kept alive',
      scenarios: [
        CHAOS_SCENARIOS.high_latency.with({ duration: '1s', parameters: { latencyMs: 100 } }),
        // Every packet, so that what is met does not hang on the seed.
        CHAOS_SCENARIOS.packet_loss.with({ duration: '1500ms', parameters: { lossPercent: 100 } }),
      ],
      targetSystem: 'my_application',
      successCriteria: { passRate: 0 },
      baseline: '300ms',
      holdTime: '200ms',
    }),
    healthCheck,
  );
  expect(isConnectPatched()).toBe(false);
  expect(await leftovers({ stateDirectory: join(folder, 'state') })).toEqual([]);
  return results;
}

/** Confirmed active, met, recovered and clean. */
const met = {
  verdict: 'held',
  scenarios: [{ verdict: 'held' }, { verdict: 'held' }],
  cleanExit: { clean: true },
};

test('fetch, which has a connection that is older than the run, meets the faults', async () => {
  await using upstream = await startUpstream();
  const ask = () => fetch(upstream.url).then((response) => response.text());
  await ask();
  expect(await breakCalls(ask)).toMatchObject(met);
  await ask();
});

test('so does an http agent that keeps its one connection', async () => {
  await using upstream = await startUpstream();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise((resolve, reject) => {
      const request = http.get(upstream.url, { agent }, (response) =>
        response.resume().on('end', () => resolve(response.statusCode)),
      );
      request.on('error', reject);
    });
  try {
    expect(await breakCalls(ask)).toMatchObject(met);
  } finally {
    agent.destroy();
  }
});

test('so does a socket that a client opened in the baseline; afterwards its connection is ended', async () => {
  await using server = await listen(echo);
  let socket: net.Socket | null = null;
  const connect = () => {
    const fresh = net.connect(server.port, '127.0.0.1');
    fresh.on('error', () => fresh.destroy()).on('close', () => (socket = null));
    return fresh;
  };
  const ask = () =>
    new Promise((resolve) => {
      socket ??= connect();
      socket.once('data', resolve).write('ping');
    });
  expect(await breakCalls(ask)).toMatchObject(met);
  await expect.poll(() => socket).toBe(null);
});
