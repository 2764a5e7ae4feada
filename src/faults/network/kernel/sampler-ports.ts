import type { FaultContext } from '../../../model/fault.js';
import type { SamplePorts } from './sample-connects.js';

/** Below the range that the kernel gives to outgoing connections; enough of them for several looks a minute. */
const firstPort = 10_000;
const lastPort = 32_000;
const portCount = 600;

/** The checker's own ports: the same for all injections of a run, so that what one looks with is not counted by others. */
export function samplerPorts({ decide, runId }: FaultContext): SamplePorts {
  const room = lastPort - firstPort - portCount;
  return { from: firstPort + Math.floor(room * decide('sampler ports', runId, 0)), count: portCount };
}
