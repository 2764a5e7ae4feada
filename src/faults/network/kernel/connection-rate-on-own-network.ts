import type { Fault } from '../../../model/fault.js';
import { connectionRateEffect } from '../connection-rate-effect.js';
import { onOwnNetwork } from './on-own-network.js';

/** Rations new connections of a started process to its dependencies, in the router of its own network. */
export const connectionRateOnOwnNetwork: Fault<'CONNECTION_RATE'> = onOwnNetwork(connectionRateEffect);
