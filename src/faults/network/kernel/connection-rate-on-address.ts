import type { Fault } from '../../../model/fault.js';
import { connectionRateEffect } from '../connection-rate-effect.js';
import { onAddress } from './on-address.js';

/** Rations new connections to an address, by rules of the kernel. */
export const connectionRateOnAddress: Fault<'CONNECTION_RATE'> = onAddress(connectionRateEffect);
