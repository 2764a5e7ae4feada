import type { Fault } from '../../../model/fault.js';
import { partitionEffect } from '../partition-effect.js';
import { onAddress } from './on-address.js';

/** Cuts an address off, by rules of the kernel. */
export const partitionOnAddress: Fault<'NETWORK_PARTITION'> = onAddress(partitionEffect);
