import type { Fault } from '../../model/fault.js';
import { lossEffect } from './loss-effect.js';
import { onThisProcess } from './on-this-process.js';

/** Loses packets on connections that this process opens, through a proxy of its own. */
export const lossOnThisProcess: Fault<'PACKET_LOSS'> = onThisProcess(lossEffect);
