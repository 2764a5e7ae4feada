import type { Fault } from '../../model/fault.js';
import { connectionRateEffect } from './connection-rate-effect.js';
import { onThisProcess } from './on-this-process.js';

/** Rations the new connections that this process opens, through a proxy of its own. */
export const connectionRateOnThisProcess: Fault<'CONNECTION_RATE'> = onThisProcess(connectionRateEffect);
