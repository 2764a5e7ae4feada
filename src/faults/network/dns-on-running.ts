import type { Fault } from '../../model/fault.js';
import { dnsEffect } from './dns-effect.js';
import { onRunning } from './on-running.js';

/** Fails look-ups of names in a running Node process. */
export const dnsOnRunning: Fault<'DNS_FAILURE'> = onRunning(dnsEffect);
