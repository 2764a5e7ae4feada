import type { Fault } from '../../model/fault.js';
import { cpuQuota } from './cgroup/cpu-quota.js';
import { memoryLimit } from './cgroup/memory-limit.js';
import { pidLimit } from './cgroup/pid-limit.js';
import { cpuBeside } from './cpu-beside.js';
import { cpuOfHost } from './cpu-of-host.js';
import { diskInAgent, diskOfThisProcess } from './disk-in-target.js';
import { diskOfHost } from './disk-of-host.js';
import { slowDiskInAgent, slowDiskOfThisProcess } from './disk-slow.js';
import { eventLoopInAgent } from './event-loop-in-agent.js';
import { eventLoopOfThisProcess } from './event-loop-of-this-process.js';
import { fdExhaustion } from './fd-exhaustion.js';
import { memoryBeside } from './memory-beside.js';
import { memoryInAgent } from './memory-in-agent.js';
import { memoryOfThisProcess } from './memory-of-this-process.js';
import { processKill } from './process-kill.js';
import { syscallErrorByStrace } from './syscall-error.js';
import { processPause } from './process-pause.js';

/** The resource faults. */
export const resourceFaults: readonly Fault[] = [
  cpuOfHost,
  cpuBeside,
  eventLoopOfThisProcess,
  eventLoopInAgent,
  memoryOfThisProcess,
  memoryInAgent,
  memoryBeside,
  diskOfHost,
  diskOfThisProcess,
  diskInAgent,
  slowDiskOfThisProcess,
  slowDiskInAgent,
  fdExhaustion,
  processPause,
  processKill,
  syscallErrorByStrace,
  cpuQuota,
  memoryLimit,
  pidLimit,
];
