import type { Fault } from '../../model/fault.js';
import { bandwidthEffect } from './bandwidth-effect.js';
import { onStarted } from './on-started.js';

/** Lets bytes of a started Node process pass at a steady pace, wherever it connects to. */
export const bandwidthOnStarted: Fault<'BANDWIDTH'> = onStarted(bandwidthEffect);
