import type { Fault } from '../../model/fault.js';
import { bandwidthEffect } from './bandwidth-effect.js';
import { onDependency } from './on-dependency.js';

/** Lets bytes to and from dependencies pass at a steady pace, in the proxy between them. */
export const bandwidthOnDependency: Fault<'BANDWIDTH'> = onDependency(bandwidthEffect);
