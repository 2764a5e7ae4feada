import type { Fault } from '../../model/fault.js';
import { latencyEffect } from './latency-effect.js';
import { onDependency } from './on-dependency.js';

/** Makes answers of dependencies late, in the proxy between them. */
export const latencyOnDependency: Fault<'NETWORK_LATENCY'> = onDependency(latencyEffect);
