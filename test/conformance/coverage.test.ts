import { test } from 'vitest';
import { allFaults } from '../../src/faults/all-faults.js';
import { cpuQuota } from '../../src/faults/resource/cgroup/cpu-quota.js';
import { memoryLimit } from '../../src/faults/resource/cgroup/memory-limit.js';
import { pidLimit } from '../../src/faults/resource/cgroup/pid-limit.js';
import { cpuBeside } from '../../src/faults/resource/cpu-beside.js';
import { memoryBeside } from '../../src/faults/resource/memory-beside.js';
import { diskOfHost } from '../../src/faults/resource/disk-of-host.js';
import { bandwidthOnOwnNetwork } from '../../src/faults/network/kernel/bandwidth-on-own-network.js';
import { latencyOnOwnNetwork } from '../../src/faults/network/kernel/latency-on-own-network.js';
import type { Fault } from '../../src/model/fault.js';
import { categoryOf } from '../../src/model/scenario-type.js';
import { hasFaketime } from '../real-programs.js';
import { hasKernelRules } from '../kernel-rules.js';
import { hasCgroups } from '../limited-program.js';
import { hasOwnDisks } from '../own-disk.js';
import { addressSubjects } from './address-subjects.js';
import { besideSubjects } from './beside-subjects.js';
import { clockSubjects } from './clock-subjects.js';
import { deadlockSubjects } from './deadlock-subjects.js';
import { corruptionSubjects } from './corruption-subjects.js';
import { dependencySubjects } from './dependency-subjects.js';
import { descriptorsSubjects } from './descriptors-subjects.js';
import { diskSubjects } from './disk-subjects.js';
import { killedSubjects } from './killed-subjects.js';
import { limitedSubjects } from './limited-subjects.js';
import { machineSubjects } from './machine-subjects.js';
import { objectsSubjects } from './objects-subjects.js';
import { ownNetworkSubjects } from './own-network-subjects.js';
import { pausedSubjects } from './paused-subjects.js';
import { preloadedClockSubjects } from './preloaded-clock-subjects.js';
import { platformCallsSubjects } from './platform-calls-subjects.js';
import { platformHttpSubjects } from './platform-http-subjects.js';
import { runningSubjects } from './running-subjects.js';
import { startedCallsSubjects } from './started-calls-subjects.js';
import { startedNetworkSubjects } from './started-network-subjects.js';
import { startedResourceSubjects } from './started-resource-subjects.js';
import { thisProcessSubjects } from './this-process-subjects.js';
import { bandwidthShaping, latencyShaping } from './shaping.js';

const subjects = [
  ...addressSubjects,
  ...besideSubjects,
  ...clockSubjects,
  ...deadlockSubjects,
  ...corruptionSubjects,
  ...dependencySubjects,
  ...descriptorsSubjects,
  ...diskSubjects,
  ...killedSubjects,
  ...limitedSubjects,
  ...machineSubjects,
  ...objectsSubjects,
  ...ownNetworkSubjects,
  ...pausedSubjects,
  ...platformCallsSubjects,
  ...platformHttpSubjects,
  ...preloadedClockSubjects,
  ...runningSubjects,
  ...startedCallsSubjects,
  ...startedNetworkSubjects,
  ...startedResourceSubjects,
  ...thisProcessSubjects,
];

test('every fault of the package has a subject', ({ expect }) => {
  const covered = new Set(subjects.map(([, { fault }]) => fault));
  const missed = allFaults.filter((fault) => !covered.has(fault));
  expect(missed.filter((fault) => isPossible(fault))).toEqual([]);
});

/** Whether this machine can make it at all. */
function isPossible(fault: Fault): boolean {
  if (fault === bandwidthOnOwnNetwork) return bandwidthShaping.supported;
  if (fault === latencyOnOwnNetwork) return latencyShaping.supported;
  if (fault === diskOfHost) return hasOwnDisks;
  if ([cpuQuota, memoryLimit, pidLimit, cpuBeside, memoryBeside].some((one) => one === fault))
    return hasCgroups;
  if (fault.backend === 'process' && categoryOf(fault.type) === 'time') return hasFaketime;
  return fault.backend !== 'kernel' || hasKernelRules;
}
