import type { Fault } from '../../model/fault.js';
import { lossEffect } from './loss-effect.js';
import { onStarted } from './on-started.js';

/** Loses packets of a started Node process, wherever it connects to. */
export const lossOnStarted: Fault<'PACKET_LOSS'> = onStarted(lossEffect);
