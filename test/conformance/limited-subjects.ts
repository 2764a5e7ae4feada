import { readdirSync, readFileSync } from 'node:fs';
import { cpuQuota } from '../../src/faults/resource/cgroup/cpu-quota.js';
import { memoryLimit } from '../../src/faults/resource/cgroup/memory-limit.js';
import { pidLimit } from '../../src/faults/resource/cgroup/pid-limit.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';
import { openTarget } from '../../src/targets/open-target.js';
import { runningTarget } from '../../src/targets/running-target.js';
import { startedTarget } from '../../src/targets/started-target.js';
import type { ConformanceRig, ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { cgroupOf } from '../../src/undo/cgroup-layout.js';
import { processTree } from '../../src/undo/process-tree.js';
import { askLimited, hasCgroups, limitedCommand, startLimited } from '../limited-program.js';
import { closedPort } from '../network-servers.js';
import type { NamedSubject } from './keeps-contract.js';
import { rigRun } from './rig-run.js';

/** The program needs 60 ms of CPU time: at this quota that is 3 s, else far less even on a busy machine. */
const isSlow = async (port: number) => (await askLimited(port, 'work')).tookMs > 1_500;
const isKilled = async (port: number) => (await askLimited(port, 'grow')).answer === 'killed';
const isRefused = async (port: number) => (await askLimited(port, 'fork')).answer === 'none';

const quota = {
  fault: cpuQuota,
  scenario: CHAOS_SCENARIOS.cpu_quota.with({ parameters: { cores: 0.02 } }),
  module: { url: distOf('cpu-quota'), name: 'cpuQuota' },
};
const memory = {
  fault: memoryLimit,
  scenario: CHAOS_SCENARIOS.memory_limit,
  module: { url: distOf('memory-limit'), name: 'memoryLimit' },
};
const pids = {
  fault: pidLimit,
  scenario: CHAOS_SCENARIOS.pid_limit,
  module: { url: distOf('pid-limit'), name: 'pidLimit' },
};

/** Processes in control groups of ours. */
export const limitedSubjects: readonly NamedSubject[] = hasCgroups
  ? [
      ['little CPU time for a process that ran before', subject(quota, runningRig, isSlow)],
      ['little memory for a process that ran before', subject(memory, runningRig, isKilled)],
      ['no more processes for one that ran before', subject(pids, runningRig, isRefused)],
      ['no more processes for one that was started', subject(pids, startedRig, isRefused)],
    ]
  : [];

type Feels = (port: number) => Promise<boolean>;

function subject(
  one: Omit<ConformanceSubject, 'setUp'>,
  setUp: (feels: Feels) => Promise<ConformanceRig>,
  feels: Feels,
): ConformanceSubject {
  return { ...one, setUp: () => setUp(feels) };
}

async function runningRig(feels: Feels): Promise<ConformanceRig> {
  const program = await startLimited();
  const { port, pid, child } = program;
  return {
    target: runningTarget({ name: 'program', pid }),
    feelsFault: () => feels(port),
    fingerprint: async () => [groupsOf(pid), groupsOf(child), ownGroups()],
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

async function startedRig(feels: Feels): Promise<ConformanceRig> {
  const port = await closedPort();
  const spec = { name: 'program', start: [...limitedCommand(port)], ready: { tcp: `127.0.0.1:${port}` } };
  const open = await openTarget(startedTarget(spec), spec, rigRun());
  // Itself and the child that it starts first: what it starts when it is asked comes and goes.
  const lasting = processTree(open.target.running?.process ?? { pid: 0, startTime: '0' })
    .toSorted((one, other) => one.pid - other.pid)
    .slice(0, 2);
  return {
    target: open.target,
    feelsFault: () => feels(port),
    fingerprint: async () => [lasting.map(({ pid }) => groupsOf(pid)), ownGroups()],
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  };
}

/** As the kernel says it. */
function groupsOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cgroup`, 'utf8');
}

/** Groups of this suite's injections that are left. */
function ownGroups(): readonly string[] {
  return (['cpu', 'memory', 'pids'] as const).flatMap((controller) =>
    readdirSync(cgroupOf('self', controller)?.folder ?? '/').filter((name) =>
      name.startsWith(`chaosx_conformance_${process.pid}_`),
    ),
  );
}

function distOf(name: string): URL {
  return new URL(`../../dist/faults/resource/cgroup/${name}.js`, import.meta.url);
}
