import type { Fault } from '../../model/fault.js';
import { onDependency } from './on-dependency.js';
import { resetEffect } from './reset-effect.js';

/** Resets connections to dependencies, in the proxy between them. */
export const resetOnDependency: Fault<'CONNECTION_RESET'> = onDependency(resetEffect);
