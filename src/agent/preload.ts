/**
 * What runs inside a target before its own code, in each of its Node processes and threads: sends their outgoing TCP
 * connections through the run's proxy, and opens a session with the run. One file without dependencies, loaded by
 * `--require`.
 *
 * It must never be what breaks the target: without a proxy, connections go direct; without a run, nothing happens.
 */
import { connect } from 'node:net';
import { redirectOutgoing } from '../interpose/outgoing-connections.js';
import { ControlClient } from '../proxy/control-client.js';
import { dialerClient } from '../proxy/dialer-client.js';
import { portOfDialPath } from '../proxy/proxy-directory.js';
import { agentVariable, readAgentFacts } from './agent-directory.js';
import { startSession } from './agent-session.js';

const directory = process.env[agentVariable];
const facts = directory === undefined ? null : readAgentFacts(directory);
if (directory !== undefined && facts !== null) {
  if (facts.dialSocket !== undefined) redirectThrough(facts.dialSocket);
  startSession({ directory });
}

function redirectThrough(path: string): void {
  const port = portOfDialPath(path);
  // The route's number is known to the dial socket already.
  if (port !== null) redirectOutgoing(dialerClient(ControlClient.over(connect({ path })), 0, port));
}
