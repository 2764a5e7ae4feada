import type { Fault } from '../../model/fault.js';
import { lossEffect } from './loss-effect.js';
import { onRunning } from './on-running.js';

/** Loses packets of a running Node process, wherever it connects to. */
export const lossOnRunning: Fault<'PACKET_LOSS'> = onRunning(lossEffect);
