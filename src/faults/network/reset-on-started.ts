import type { Fault } from '../../model/fault.js';
import { onStarted } from './on-started.js';
import { resetEffect } from './reset-effect.js';

/** Resets connections of a started Node process, wherever it connects to. */
export const resetOnStarted: Fault<'CONNECTION_RESET'> = onStarted(resetEffect);
