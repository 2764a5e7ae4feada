import type { Fault } from '../../model/fault.js';
import { onThisProcess } from './on-this-process.js';
import { resetEffect } from './reset-effect.js';

/** Resets connections that this process opens, through a proxy of its own. */
export const resetOnThisProcess: Fault<'CONNECTION_RESET'> = onThisProcess(resetEffect);
