import type { Fault } from '../../model/fault.js';
import { partitionEffect } from './partition-effect.js';
import { onDependency } from './on-dependency.js';

/** Cuts a started process off from dependencies, in the proxy between them. */
export const partitionOnDependency: Fault<'NETWORK_PARTITION'> = onDependency(partitionEffect);
