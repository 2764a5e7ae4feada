import { fileURLToPath } from 'node:url';
import { ChaosError } from '../../../model/chaos-error.js';
import type { Address, RouteSample, RouteSampler } from '../../../model/network.js';
import { packageFile } from '../../../package-file.js';
import { Echo } from '../../../proxy/echo.js';
import { inNetns } from '../../../undo/network-namespace.js';
import { runTool } from '../../../undo/run-tool.js';
import type { ConnectSample, SampleConnects, SampleOptions, SamplePorts } from './sample-connects.js';
import type { EchoSampleOptions } from './sample-echo.js';

/** What a sampler that runs elsewhere is asked. */
export type SampleRequest = { readonly place: Address } & (
  | ({ readonly kind: 'connects'; readonly ports: SamplePorts } & Omit<SampleOptions, 'signal'>)
  | ({ readonly kind: 'echo' } & EchoSampleOptions)
);

/** Attempts from a process in another network namespace, which takes the path of the target that is in it. */
export function samplerIn(netns: string, ports: SamplePorts): SampleConnects {
  let used = 0;
  return async (place, { signal, ...options }) => {
    const own = { ...ports, from: ports.from + used };
    // The next process does not know which ports this one used.
    used = (used + options.attempts) % (ports.count - options.attempts);
    const request = { kind: 'connects', place, ports: own, ...options } as const;
    return (await askSampler(netns, request, signal)) as readonly ConnectSample[];
  };
}

const defaultBytes = 64;

/** Round trips from another network namespace to an echo of the checker's own, which is there for each of them. */
export function echoSamplerIn(netns: string, place: Address, ports: SamplePorts): RouteSampler {
  let used = 0;
  return {
    sample: async (timeoutMs, signal, { bytes = defaultBytes } = {}) => {
      await using _echo = await Echo.open(place);
      const localPort = ports.from + used;
      used = (used + 1) % ports.count;
      const request = { kind: 'echo', place, localPort, bytes, timeoutMs } as const;
      return (await askSampler(netns, request, signal)) as RouteSample;
    },
    // Packets know no names.
    sampleLookup: () => Promise.resolve(null),
  };
}

async function askSampler(netns: string, request: SampleRequest, signal: AbortSignal): Promise<unknown> {
  const program = fileURLToPath(packageFile('dist/faults/network/kernel/sampler.js'));
  const [executed, ...args] = inNetns(netns, [process.execPath, program]);
  const { code, stdout, stderr } = await runTool(executed, args, { input: JSON.stringify(request), signal });
  if (code === 0) return JSON.parse(stdout);
  throw new ChaosError('INJECTION_FAILED', `expected samples from the network ${netns}: ${stderr.trim()}`);
}
