import type { Fault } from '../../model/fault.js';
import { bandwidthEffect } from './bandwidth-effect.js';
import { onThisProcess } from './on-this-process.js';

/** Lets bytes on connections that this process opens pass at a steady pace, through a proxy of its own. */
export const bandwidthOnThisProcess: Fault<'BANDWIDTH'> = onThisProcess(bandwidthEffect);
