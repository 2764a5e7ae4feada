/**
 * What runs inside a target before its own code, in each of its Node processes and threads: sends their outgoing TCP
 * connections through the run's proxy. One file without dependencies, loaded by `--require`.
 *
 * It must never be what breaks the target: without a proxy, connections go direct.
 */
import { connect } from 'node:net';
import { redirectOutgoing } from '../interpose/outgoing-connections.js';
import { ControlClient } from '../proxy/control-client.js';
import { dialerClient } from '../proxy/dialer-client.js';
import { portOfDialPath } from '../proxy/proxy-directory.js';
import { dialSocketVariable } from './preload-environment.js';

const path = process.env[dialSocketVariable];
const port = path === undefined ? null : portOfDialPath(path);
// The route's number is known to the dial socket already.
if (path !== undefined && port !== null)
  redirectOutgoing(dialerClient(ControlClient.over(connect({ path })), 0, port));
