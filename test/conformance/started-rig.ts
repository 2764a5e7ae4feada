import { execFileSync } from 'node:child_process';
import type { NetworkRoute } from '../../src/model/network.js';
import type { Scenario } from '../../src/model/scenario.js';
import { systemClock } from '../../src/model/system-clock.js';
import { openTarget } from '../../src/targets/open-target.js';
import { startedTarget } from '../../src/targets/started-target.js';
import type { ConformanceRig } from '../../src/testing/fault-conformance.js';
import { findMarkedProcesses } from '../../src/undo/run-processes.js';
import { closedPort, never } from '../network-servers.js';
import { nodeUnderTest } from '../node-under-test.js';
import { feels, hostFor, isFeltAfterSilence } from './feels.js';
import { rigRun } from './rig-run.js';
import { askingProgram, startAskingService } from './start-asking-service.js';

/** A service that asks another, started as a target: with a dependency behind the proxy, with the agent in it, or in a network of its own. */
export async function startedRig(
  backend: 'proxy' | 'agent' | 'kernel',
  scenario: Scenario,
): Promise<ConformanceRig> {
  const ownNetwork = backend === 'kernel';
  const run = rigRun();
  const [upstreamPort, port] = [await closedPort(), await closedPort()];
  const upstream = await startAskingService(upstreamPort);
  const spec = {
    name: 'service',
    start: [nodeUnderTest, askingProgram],
    env: { PORT: String(port), UPSTREAM: `${hostFor(scenario)}:${upstreamPort}` },
    ready: { http: `http://127.0.0.1:${port}/` },
    ...(backend !== 'agent' && { dependencies: { upstream: { env: 'UPSTREAM' } } }),
    ...(ownNetwork && { ownNetwork: { publish: [port] } }),
  };
  const open = await openTarget(startedTarget(spec), spec, {
    ...run,
    ...(backend === 'agent' && { agent: { redirectsOutgoing: true, modules: [] } }),
  }).catch(async (error: unknown) => {
    await upstream[Symbol.asyncDispose]();
    throw error;
  });
  await untilQuiet([...(open.target.running?.routes.values() ?? [])]);
  return {
    target: open.target,
    feelsFault: () => feels(scenario, port),
    feelsFaultAfterSilence: (silentMs) => Promise.resolve(isFeltAfterSilence(port, silentMs)),
    fingerprint: async () => [await findMarkedProcesses(run.runId), routerRules(run.runId, ownNetwork)],
    async [Symbol.asyncDispose]() {
      await open[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

function routerRules(runId: string, ownNetwork: boolean): readonly string[] {
  if (!ownNetwork) return [];
  const router = `/run/netns/chaosx-${runId}-router`;
  const inRouter = (...command: readonly string[]) =>
    execFileSync('nsenter', [`--net=${router}`, '--', ...command], { encoding: 'utf8' });
  return [
    inRouter('nft', 'list', 'tables'),
    inRouter('tc', 'qdisc', 'show'),
    ...['up0', 'down0'].map((link) => inRouter('tc', 'class', 'show', 'dev', link)),
  ];
}

/** Waits up to 2 s until connections from before are closed: a fault meets those that are open. */
async function untilQuiet(routes: readonly NetworkRoute[]): Promise<void> {
  const untilMs = systemClock.nowMs() + 2_000;
  while (systemClock.nowMs() < untilMs) {
    const stats = await Promise.all(routes.map((route) => route.stats(never)));
    if (stats.every(({ openConnections }) => openConnections === 0)) return;
    await systemClock.sleep(20, never);
  }
}
