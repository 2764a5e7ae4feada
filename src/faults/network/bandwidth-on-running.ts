import type { Fault } from '../../model/fault.js';
import { bandwidthEffect } from './bandwidth-effect.js';
import { onRunning } from './on-running.js';

/** Lets bytes of a running Node process pass at a steady pace, wherever it connects to. */
export const bandwidthOnRunning: Fault<'BANDWIDTH'> = onRunning(bandwidthEffect);
