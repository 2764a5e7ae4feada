import type { Fault } from '../../../model/fault.js';
import { lossEffect } from '../loss-effect.js';
import { onOwnNetwork } from './on-own-network.js';

/** Loses packets between a started process and its dependencies, in the router of its own network. */
export const lossOnOwnNetwork: Fault<'PACKET_LOSS'> = onOwnNetwork(lossEffect);
