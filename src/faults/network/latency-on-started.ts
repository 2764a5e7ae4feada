import type { Fault } from '../../model/fault.js';
import { latencyEffect } from './latency-effect.js';
import { onStarted } from './on-started.js';

/** Makes answers to a started Node process late, wherever it connects to. */
export const latencyOnStarted: Fault<'NETWORK_LATENCY'> = onStarted(latencyEffect);
