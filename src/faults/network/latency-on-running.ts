import type { Fault } from '../../model/fault.js';
import { latencyEffect } from './latency-effect.js';
import { onRunning } from './on-running.js';

/** Makes answers to a running Node process late, wherever it connects to. */
export const latencyOnRunning: Fault<'NETWORK_LATENCY'> = onRunning(latencyEffect);
