import { Socket } from 'node:net';
import type { CallSite } from './find-call-sites.js';

/** Where every TCP connect of this thread passes: `net.connect`, TLS, and what builds on them. */
export const connectSite: CallSite = {
  name: 'net.connect',
  component: 'net',
  method: 'connect',
  holder: Socket.prototype,
  key: 'connect',
};
