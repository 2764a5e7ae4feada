import type { Fault } from '../../model/fault.js';
import { connectionRateEffect } from './connection-rate-effect.js';
import { onRunning } from './on-running.js';

/** Rations the new connections of a running Node process, wherever it connects to. */
export const connectionRateOnRunning: Fault<'CONNECTION_RATE'> = onRunning(connectionRateEffect);
