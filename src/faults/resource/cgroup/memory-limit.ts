import { ChaosError } from '../../../model/chaos-error.js';
import type { ProcessIdentity } from '../../../model/receipt.js';
import { cgroupCount, readCgroup, writeCgroup } from '../../../undo/cgroup-files.js';
import { residentBytes } from '../resident-bytes.js';
import type { CgroupLimit, OwnGroup } from './cgroup-limit.js';
import { withPressure } from '../with-pressure.js';
import { limitFault } from './limit-fault.js';

const megabyte = 1_048_576;
/** The kernel takes memory from an account in parts of this size. */
const chargeBytes = 262_144;

const limit: CgroupLimit<'MEMORY_LIMIT'> = {
  type: 'MEMORY_LIMIT',
  controller: 'memory',
  quantity: 'resident memory',
  unit: 'MB',

  problem: ({ parameters: { limitMb } }, processes) => {
    const usedMb = residentMb(processes);
    if (limitMb === undefined || usedMb < limitMb) return null;
    return `it uses ${usedMb.toFixed(1)} MB already, which ${limitMb} MB would not hold: give it a limitMb above, or spareMb`;
  },

  set(scenario, processes, group) {
    const problem = limit.problem(scenario, processes, { ...group, controller: 'memory', top: group.folder });
    if (problem !== null) throw new ChaosError('INJECTION_FAILED', problem);
    const { limitMb, spareMb } = scenario.parameters;
    const usedMb = residentMb(processes);
    // What a process had before it was moved stays on the account of the group where it was.
    const roomBytes = Math.ceil((limitMb === undefined ? spareMb : limitMb - usedMb) * megabyte);
    const [file, swapFile] =
      group.version === 1
        ? ['memory.limit_in_bytes', 'memory.memsw.limit_in_bytes']
        : ['memory.max', 'memory.swap.max'];
    writeCgroup(group.folder, file, String(roomBytes));
    // Swap is no way out: of version 1 the second limit is of both, of version 2 of swap alone.
    if (readCgroup(group.folder, swapFile) !== null)
      writeCgroup(group.folder, swapFile, group.version === 1 ? String(roomBytes) : '0');
    const set = readCgroup(group.folder, file);
    return {
      expected: `at most ${Math.round(usedMb + roomBytes / megabyte)} MB, ${Math.round(roomBytes / megabyte)} MB more than it had`,
      isThere: () => readCgroup(group.folder, file) === set,
      allows: () => true,
      met() {
        const { refused, killed } = pressureOn(group);
        const end = killed === 0 ? '' : `; the kernel ended ${killed} of its processes`;
        return { kind: 'counted', n: refused, what: `times it met its limit${end}` };
      },
    };
  },

  measure: (processes) => Promise.resolve(residentMb(processes)),
};

/** A target's processes together get so much more memory than they have and no more, by a limit of their control group. */
export const memoryLimit = withPressure(limitFault(limit), 'memory');

function residentMb(processes: readonly ProcessIdentity[]): number {
  return processes.reduce((sum, { pid }) => sum + (residentBytes(pid) ?? 0), 0) / megabyte;
}

function pressureOn({ folder, version }: OwnGroup): { refused: number; killed: number } {
  if (version === 2) {
    return {
      refused: cgroupCount(folder, 'memory.events', 'max') ?? 0,
      killed: cgroupCount(folder, 'memory.events', 'oom_kill') ?? 0,
    };
  }
  const count = (file: string) => Number(readCgroup(folder, file) ?? 0);
  const killed = cgroupCount(folder, 'memory.oom_control', 'oom_kill') ?? 0;
  // Kernels since 6.12 may leave the counters at 0: then the highest level tells whether it was met at all.
  const isMet = count('memory.max_usage_in_bytes') >= count('memory.limit_in_bytes') - chargeBytes;
  return {
    refused: Math.max(count('memory.failcnt'), count('memory.memsw.failcnt'), killed, isMet ? 1 : 0),
    killed,
  };
}
