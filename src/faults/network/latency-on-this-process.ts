import type { Fault } from '../../model/fault.js';
import { latencyEffect } from './latency-effect.js';
import { onThisProcess } from './on-this-process.js';

/** Makes answers on connections that this process opens late, through a proxy of its own. */
export const latencyOnThisProcess: Fault<'NETWORK_LATENCY'> = onThisProcess(latencyEffect);
