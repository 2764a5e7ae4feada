import type { Fault } from '../../model/fault.js';
import { resetEffect } from './reset-effect.js';
import { onRunning } from './on-running.js';

/** Resets connections of a running Node process, wherever it connects to. */
export const resetOnRunning: Fault<'CONNECTION_RESET'> = onRunning(resetEffect);
