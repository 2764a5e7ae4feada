import type { Fault } from '../../model/fault.js';
import { dnsEffect } from './dns-effect.js';
import { onStarted } from './on-started.js';

/** Fails look-ups of names in a started Node process. Where dependencies are declared, too: they do not matter to it. */
export const dnsOnStarted: Fault<'DNS_FAILURE'> = onStarted(dnsEffect, { besideDependencies: true });
