import type { Fault } from '../../model/fault.js';
import { cpuOfHost } from './cpu-of-host.js';
import { eventLoopOfThisProcess } from './event-loop-of-this-process.js';
import { memoryOfThisProcess } from './memory-of-this-process.js';

/** The resource faults. */
export const resourceFaults: readonly Fault[] = [cpuOfHost, eventLoopOfThisProcess, memoryOfThisProcess];
