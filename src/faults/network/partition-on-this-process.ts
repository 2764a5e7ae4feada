import type { Fault } from '../../model/fault.js';
import { partitionEffect } from './partition-effect.js';
import { onThisProcess } from './on-this-process.js';

/** Cuts the connections that this process opens, through a proxy of its own. */
export const partitionOnThisProcess: Fault<'NETWORK_PARTITION'> = onThisProcess(partitionEffect);
