import type { Fault } from '../../model/fault.js';
import { partitionEffect } from './partition-effect.js';
import { onStarted } from './on-started.js';

/** Cuts a started Node process off from all that it connects to. */
export const partitionOnStarted: Fault<'NETWORK_PARTITION'> = onStarted(partitionEffect);
