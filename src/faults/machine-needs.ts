import type { Support } from '../model/fault.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import { faketimeLibrary } from '../targets/clock/faketime-library.js';
import { runTool } from '../undo/run-tool.js';
import { groupPlace } from './resource/cgroup/group-place.js';
import { canMakeRules } from './network/kernel/can-make-rules.js';
import { canShape } from './network/kernel/can-shape.js';

/** Something of the machine that some faults need. */
export interface MachineNeed {
  readonly name: string;
  /** What is made by means of it. */
  readonly purpose: string;
  readonly present: boolean;
  /** What was found instead; null when it is there. */
  readonly problem: string | null;
  /** How it is got. */
  readonly remedy: string;
}

interface Asked extends Pick<MachineNeed, 'name' | 'purpose' | 'remedy'> {
  readonly ask: () => Promise<Support> | Support;
}

const limitMs = 5_000;
const yes: Support = { supported: true };

const needs: readonly Asked[] = [
  {
    name: 'Linux',
    purpose: 'processes are known by /proc; all but faults in this process and the proxy',
    remedy: 'run chaosx on Linux, in a container or a virtual machine',
    ask: () => (process.platform === 'linux' ? yes : no(`this is ${process.platform}`)),
  },
  {
    name: 'root',
    purpose: 'rules of the kernel, networks of a target of its own',
    remedy: 'run chaosx as root, or in a container with CAP_NET_ADMIN and CAP_SYS_ADMIN as root',
    ask: () => (process.geteuid?.() === 0 ? yes : no(`this is user ${process.geteuid?.() ?? 'unknown'}`)),
  },
  {
    name: 'inspector',
    purpose: 'attaching to Node processes that run already',
    remedy: 'use a Node that was built with its inspector',
    ask: () => (process.features.inspector ? yes : no(`Node ${process.version} was built without`)),
  },
  tool('ip', ['-V'], 'networks of a target of its own', 'iproute2'),
  tool('tc', ['-V'], 'bandwidth and latency by the kernel', 'iproute2'),
  tool('nsenter', ['--version'], 'networks of a target of its own', 'util-linux'),
  tool('unshare', ['--version'], 'asking the kernel what it can', 'util-linux'),
  tool(
    'stress-ng',
    ['--version'],
    'busy CPUs by `worker: stress-ng` (chaosx makes them without)',
    'stress-ng',
  ),
  tool('prlimit', ['--version'], 'file descriptors that run out', 'util-linux'),
  {
    name: 'libfaketime',
    purpose: 'clocks of programs that are not Node',
    remedy: 'Debian: libfaketime',
    ask: () => (faketimeLibrary() === null ? no('not installed') : yes),
  },
  {
    name: 'cgroups',
    purpose: 'limits of CPU time, memory and processes of a target; what uses them up beside it',
    remedy: 'control groups (version 1 or 2) with the controllers cpu, memory and pids, writable: as root',
    ask: () => {
      const missing = (['cpu', 'memory', 'pids'] as const)
        .map((controller) => groupPlace(null, controller))
        .find((place) => typeof place === 'string');
      return missing === undefined ? yes : no(missing);
    },
  },
  tool('nft', ['--version'], 'loss, partitions and connection rates by the kernel', 'nftables'),
  {
    name: 'nftables',
    purpose: 'loss, partitions and connection rates by the kernel',
    remedy: 'a kernel with nf_tables (modules nf_tables, nft_numgen, nft_limit, nft_reject)',
    ask: canMakeRules,
  },
  {
    name: 'htb',
    purpose: 'bandwidth in a network of the target',
    remedy: 'a kernel with sch_htb, and root',
    ask: () => canShape('bandwidth'),
  },
  {
    name: 'netem',
    purpose: 'latency by the kernel in a network of the target (the proxy and the agent make it without)',
    remedy: 'a kernel with sch_netem (Debian: linux-modules-extra or a full kernel), and root',
    ask: () => canShape('latency'),
  },
];

/** What some faults need of this machine, and whether it is there. Touches nothing. */
export async function machineNeeds(): Promise<readonly MachineNeed[]> {
  return Promise.all(
    needs.map(async ({ ask, ...need }) => {
      const answer = await ask();
      return { ...need, present: answer.supported, problem: answer.supported ? null : answer.reason };
    }),
  );
}

function no(reason: string): Support {
  return { supported: false, reason };
}

function tool(name: string, args: readonly string[], purpose: string, debianPackage: string): Asked {
  return {
    name,
    purpose,
    remedy: `Debian: ${debianPackage}`,
    ask: async () => {
      const { code } = await runTool(name, args, { signal: timeoutSignal(limitMs) });
      return code === 0 ? yes : no(code === null ? 'not installed' : `it answered with exit code ${code}`);
    },
  };
}
