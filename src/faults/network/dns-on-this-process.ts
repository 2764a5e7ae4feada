import type { Fault } from '../../model/fault.js';
import { dnsEffect } from './dns-effect.js';
import { onThisProcess } from './on-this-process.js';

/** Fails look-ups of names in this process, as a proxy of its own decides. */
export const dnsOnThisProcess: Fault<'DNS_FAILURE'> = onThisProcess(dnsEffect);
