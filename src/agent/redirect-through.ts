import { connect } from 'node:net';
import { redirectOutgoing } from '../interpose/outgoing-connections.js';
import { ControlClient } from '../proxy/control-client.js';
import { dialerClient } from '../proxy/dialer-client.js';
import { portOfDialPath } from '../proxy/proxy-directory.js';
import { setTimeout } from '../model/real-timers.js';

/** What is being dialled when the redirection ends is claimed in this time. */
const lastClaimsMs = 2_000;

/**
 * Sends the connections that this thread opens from now on through the proxy behind a dial socket.
 *
 * @returns takes the redirection off; false when something else wrapped it since, as `redirectOutgoing` says
 */
export function redirectThrough(path: string): () => boolean {
  const port = portOfDialPath(path);
  if (port === null) return () => true;
  const control = ControlClient.over(connect({ path }));
  // The route's number is known to the dial socket already.
  const restore = redirectOutgoing(dialerClient(control, 0, port));
  return () => {
    setTimeout(() => control[Symbol.dispose](), lastClaimsMs).unref();
    return restore();
  };
}
