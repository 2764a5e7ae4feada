import type { Fault } from '../../model/fault.js';
import { connectionRateEffect } from './connection-rate-effect.js';
import { onDependency } from './on-dependency.js';

/** Rations new connections to dependencies, in the proxy between them. */
export const connectionRateOnDependency: Fault<'CONNECTION_RATE'> = onDependency(connectionRateEffect);
