import type { Fault } from '../../model/fault.js';
import { partitionEffect } from './partition-effect.js';
import { onRunning } from './on-running.js';

/** Cuts a running Node process off from all that it connects to. */
export const partitionOnRunning: Fault<'NETWORK_PARTITION'> = onRunning(partitionEffect);
