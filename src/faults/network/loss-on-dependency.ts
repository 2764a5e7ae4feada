import type { Fault } from '../../model/fault.js';
import { lossEffect } from './loss-effect.js';
import { onDependency } from './on-dependency.js';

/** Loses packets to and from dependencies, in the proxy between them. */
export const lossOnDependency: Fault<'PACKET_LOSS'> = onDependency(lossEffect);
