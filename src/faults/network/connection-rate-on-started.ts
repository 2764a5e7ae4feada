import type { Fault } from '../../model/fault.js';
import { connectionRateEffect } from './connection-rate-effect.js';
import { onStarted } from './on-started.js';

/** Rations the new connections of a started Node process, wherever it connects to. */
export const connectionRateOnStarted: Fault<'CONNECTION_RATE'> = onStarted(connectionRateEffect);
