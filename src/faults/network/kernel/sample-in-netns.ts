import { fileURLToPath } from 'node:url';
import { ChaosError } from '../../../model/chaos-error.js';
import { packageFile } from '../../../package-file.js';
import { inNetns } from '../../../undo/network-namespace.js';
import { runTool } from '../../../undo/run-tool.js';
import type { ConnectSample, SampleConnects, SampleOptions, SamplePorts } from './sample-connects.js';
import type { Address } from '../../../model/network.js';

/** What a sampler that runs elsewhere is asked. */
export interface SampleRequest extends Omit<SampleOptions, 'signal'> {
  readonly place: Address;
  readonly ports: SamplePorts;
}

/** Attempts from a process in another network namespace, which takes the path of the target that is in it. */
export function samplerIn(netns: string, ports: SamplePorts): SampleConnects {
  let used = 0;
  return async (place, { signal, ...options }) => {
    const request: SampleRequest = { place, ports: { ...ports, from: ports.from + used }, ...options };
    // The next process does not know which ports this one used.
    used = (used + options.attempts) % (ports.count - options.attempts);
    const program = fileURLToPath(packageFile('dist/faults/network/kernel/sampler.js'));
    const [executed, ...args] = inNetns(netns, [process.execPath, program]);
    const { code, stdout, stderr } = await runTool(executed, args, {
      input: JSON.stringify(request),
      signal,
    });
    if (code === 0) return JSON.parse(stdout) as readonly ConnectSample[];
    throw new ChaosError('INJECTION_FAILED', `expected samples from the network ${netns}: ${stderr.trim()}`);
  };
}
