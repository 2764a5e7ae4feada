import { readdirSync } from 'node:fs';
import { ChaosError } from '../../../model/chaos-error.js';
import type { ProcessIdentity } from '../../../model/receipt.js';
import { cgroupCount, readCgroup, writeCgroup } from '../../../undo/cgroup-files.js';
import type { CgroupLimit } from './cgroup-limit.js';
import { limitFault } from './limit-fault.js';

const limit: CgroupLimit<'PID_LIMIT'> = {
  type: 'PID_LIMIT',
  controller: 'pids',
  quantity: 'processes and threads',
  unit: 'tasks',

  problem({ parameters: { limit: most } }, processes) {
    const count = tasksOf(processes);
    if (most === undefined || count <= most) return null;
    return `it has ${count} processes and threads already, more than ${most}: give it a limit of ${count} or more, or spare`;
  },

  set({ parameters: { limit: asked, spare } }, _processes, { folder }, before) {
    const count = Number(readCgroup(folder, 'pids.current') ?? 0);
    // A child that came and is about to go leaves its place to nobody.
    const most = asked ?? Math.min(count, before ?? count) + spare;
    if (asked !== undefined && count > most) {
      throw new ChaosError(
        'INJECTION_FAILED',
        `expected at most ${most} processes and threads to limit, there are ${count}`,
      );
    }
    writeCgroup(folder, 'pids.max', String(most));
    return {
      expected: `at most ${most} processes and threads`,
      isThere: () => readCgroup(folder, 'pids.max') === String(most),
      allows: (measured) => measured === null || measured <= Math.max(most, count),
      met() {
        const n = cgroupCount(folder, 'pids.events', 'max') ?? 0;
        return { kind: 'counted', n, what: 'starts of a process or thread that failed' };
      },
    };
  },

  measure(processes, group) {
    const count = group === null ? null : readCgroup(group.folder, 'pids.current');
    return Promise.resolve(count === null ? tasksOf(processes) : Number(count));
  },
};

/** A target may have so many more processes and threads than now and no more, by a limit of its control group. */
export const pidLimit = limitFault(limit);

function tasksOf(processes: readonly ProcessIdentity[]): number {
  return processes.reduce((sum, { pid }) => {
    try {
      return sum + readdirSync(`/proc/${pid}/task`).length;
    } catch {
      return sum;
    }
  }, 0);
}
