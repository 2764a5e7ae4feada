import type { Fault } from '../../../model/fault.js';
import { lossEffect } from '../loss-effect.js';
import { onAddress } from './on-address.js';

/** Loses packets to and from an address, by rules of the kernel. */
export const lossOnAddress: Fault<'PACKET_LOSS'> = onAddress(lossEffect);
