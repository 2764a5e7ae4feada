import type { Scenario } from '../../src/model/scenario.js';
import { openRunning } from '../../src/targets/open-running.js';
import { runningTarget } from '../../src/targets/running-target.js';
import type { ConformanceRig } from '../../src/testing/fault-conformance.js';
import { findMarkedProcesses } from '../../src/undo/run-processes.js';
import { closedPort } from '../network-servers.js';
import { feels, hostFor, isFeltAfterSilence, isSlowOrBroken } from './feels.js';
import { rigRun } from './rig-run.js';
import { startAskingService } from './start-asking-service.js';

/** A service that was there before; the agent is attached to it. */
export async function runningRig(scenario: Scenario): Promise<ConformanceRig> {
  const run = rigRun();
  const [upstreamPort, port] = [await closedPort(), await closedPort()];
  const upstream = await startAskingService(upstreamPort);
  const service = await startAskingService(port, `${hostFor(scenario)}:${upstreamPort}`);
  const stopBoth = async () => {
    await service[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  };
  const open = await openRunning(runningTarget({ name: 'service', pid: service.pid }), {
    ...run,
    agent: { redirectsOutgoing: true, modules: [] },
  }).catch(async (error: unknown) => {
    await stopBoth();
    throw error;
  });
  // As the probes of a run do: it connects through the proxy before the fault.
  await isSlowOrBroken(port);
  return {
    target: open.target,
    feelsFault: () => feels(scenario, port),
    feelsFaultAfterSilence: (silentMs) => Promise.resolve(isFeltAfterSilence(port, silentMs)),
    fingerprint: async () => [await findMarkedProcesses(run.runId), service.listeners()],
    async [Symbol.asyncDispose]() {
      await open[Symbol.asyncDispose]();
      await stopBoth();
    },
  };
}
