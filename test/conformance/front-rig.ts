import type { Scenario } from '../../src/model/scenario.js';
import { frontedTarget } from '../../src/targets/fronted-target.js';
import { openFront } from '../../src/targets/open-front.js';
import type { ConformanceRig } from '../../src/testing/fault-conformance.js';
import { closedPort } from '../network-servers.js';
import { feels, isFeltAfterSilence, isSlowOrBroken } from './feels.js';
import { rigRun } from './rig-run.js';
import { startAskingService } from './start-asking-service.js';

/** A proxy in front of two addresses, `broken` and `whole`: the other must never feel the fault. */
export async function frontRig(scenario: Scenario): Promise<ConformanceRig> {
  const [upstreamPort, port, otherPort] = [await closedPort(), await closedPort(), await closedPort()];
  const upstream = await startAskingService(upstreamPort);
  const address = `127.0.0.1:${upstreamPort}`;
  const target = frontedTarget({
    name: 'stores',
    fronts: {
      broken: { address, listen: `127.0.0.1:${port}` },
      whole: { address, listen: `127.0.0.1:${otherPort}` },
    },
  });
  const front = await openFront(target, rigRun()).catch(async (error: unknown) => {
    await upstream[Symbol.asyncDispose]();
    throw error;
  });
  // As in a baseline: somebody is there to be met.
  await isSlowOrBroken(port);
  return {
    target: { ...target, routes: front.routes },
    feelsFault: () => feels(scenario, port),
    feelsFaultAfterSilence: (silentMs) => Promise.resolve(isFeltAfterSilence(port, silentMs)),
    fingerprint: async () => ({ isOtherBroken: await feels(scenario, otherPort) }),
    async [Symbol.asyncDispose]() {
      await front.stop(AbortSignal.timeout(10_000));
      await upstream[Symbol.asyncDispose]();
    },
  };
}
