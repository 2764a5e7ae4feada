import type { Fault } from '../../../model/fault.js';
import { partitionEffect } from '../partition-effect.js';
import { onOwnNetwork } from './on-own-network.js';

/** Cuts a started process off from dependencies, in the router of its own network. */
export const partitionOnOwnNetwork: Fault<'NETWORK_PARTITION'> = onOwnNetwork(partitionEffect);
