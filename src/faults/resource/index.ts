import type { Fault } from '../../model/fault.js';
import { cpuOfHost } from './cpu-of-host.js';
import { memoryOfThisProcess } from './memory-of-this-process.js';

/** The resource faults. */
export const resourceFaults: readonly Fault[] = [cpuOfHost, memoryOfThisProcess];
