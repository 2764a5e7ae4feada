import { dirname } from 'node:path';
import { cgroupCount, isCgroup, readCgroup, writeCgroup } from '../../../undo/cgroup-files.js';
import type { Cgroup } from '../../../undo/cgroup-layout.js';
import { coresUsed } from '../cores-used.js';
import type { CgroupLimit, OwnGroup } from './cgroup-limit.js';
import { withPressure } from '../with-pressure.js';
import { limitFault } from './limit-fault.js';

/** What the kernel takes when nobody says anything else. */
const periodUs = 100_000;
/** Periods at both ends of a look, and clock ticks, may make it seem this much more. */
const slack = { factor: 1.3, cores: 0.05 };

const limit: CgroupLimit<'CPU_QUOTA'> = {
  type: 'CPU_QUOTA',
  controller: 'cpu',
  quantity: 'CPU time',
  unit: 'cores',

  problem({ parameters: { cores } }, _processes, home) {
    const allowed = coresAllowed(home);
    if (allowed === null || allowed.cores >= cores) return null;
    return `the control group ${allowed.folder} allows it ${allowed.cores} cores already: ask for less than that, not ${cores}`;
  },

  set({ parameters: { cores } }, _processes, group) {
    const quotaUs = Math.max(1_000, Math.round(cores * periodUs));
    if (group.version === 1) {
      writeCgroup(group.folder, 'cpu.cfs_period_us', String(periodUs));
      writeCgroup(group.folder, 'cpu.cfs_quota_us', String(quotaUs));
    } else writeCgroup(group.folder, 'cpu.max', `${quotaUs} ${periodUs}`);
    const count = (name: string) => cgroupCount(group.folder, 'cpu.stat', name) ?? 0;
    return {
      expected: `at most ${cores} cores`,
      isThere: () => quotaOf(group)?.cores === quotaUs / periodUs,
      allows: (measured) => measured === null || measured <= cores * slack.factor + slack.cores,
      met() {
        const what = `periods of ${periodUs / 1_000} ms in which it had to wait, of ${count('nr_periods')} in which it ran`;
        return { kind: 'counted', n: count('nr_throttled'), what };
      },
    };
  },

  measure: (processes, _group, clock, signal) => coresUsed(() => processes, clock, signal),
};

/** A target's processes together get so much CPU time and no more, by a quota of their control group. */
export const cpuQuota = withPressure(limitFault(limit), 'cpu');

/** The least that a group and those above it allow; null when there is no limit. */
function coresAllowed({ folder, top, version }: Cgroup): { folder: string; cores: number } | null {
  const own = quotaOf({ folder, version });
  if (folder === top || !isCgroup(folder)) return own;
  const above = coresAllowed({ folder: dirname(folder), top, version, controller: 'cpu' });
  return own !== null && (above === null || own.cores <= above.cores) ? own : above;
}

function quotaOf({ folder, version }: OwnGroup): { folder: string; cores: number } | null {
  const text =
    version === 1
      ? `${readCgroup(folder, 'cpu.cfs_quota_us')} ${readCgroup(folder, 'cpu.cfs_period_us')}`
      : (readCgroup(folder, 'cpu.max') ?? '');
  const [quotaUs, ofUs] = text.split(' ').map(Number);
  // `-1` in version 1, `max` in version 2.
  if (quotaUs === undefined || ofUs === undefined || !(quotaUs > 0 && ofUs > 0)) return null;
  return { folder, cores: quotaUs / ofUs };
}
