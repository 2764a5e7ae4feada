import type { Fault } from '../../../model/fault.js';
import { latencyEffect } from '../latency-effect.js';
import { shapeOwnNetwork } from './shape-own-network.js';

/** Delays packets between a started process and its dependencies, in the router of its own network, by netem. */
export const latencyOnOwnNetwork: Fault<'NETWORK_LATENCY'> = shapeOwnNetwork(latencyEffect, 'latency');
