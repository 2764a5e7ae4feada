import type { Agent, ClientRequest } from 'node:http';
import { Socket } from 'node:net';
import { agentGiving, agentOf } from './agent-of.js';
import { askedRequest } from './asked-request.js';
import { emittedError, observeEmitted } from './emitted-error.js';
import { enclosedSync } from './enclosed-calls.js';
import { loseEvents } from './lose-events.js';
import { inNextTurn } from './next-turn.js';
import type { PlatformHit, Failure } from './platform-call.js';

/**
 * A real `ClientRequest` that emits the error and then 'close', as one whose connection breaks.
 * `before`: it is given a socket that never connects. `after`: it is sent, and breaks when its reply is there.
 */
export function failRequest(call: PlatformHit, failure: Failure, globalAgent: Agent): unknown {
  return failure.moment === 'before' ? breakConnection(call, failure, globalAgent) : loseReply(call, failure);
}

function breakConnection(call: PlatformHit, failure: Failure, globalAgent: Agent): unknown {
  const asked = askedRequest(call.args, 0);
  const agent = asked === null ? null : agentOf(asked.options, globalAgent);
  if (asked === null || agent === null) return call.proceed();
  const socket = Object.assign(new Socket(), { connecting: true });
  const doomed = agentGiving(agent, socket);
  const request = enclosedSync(() =>
    call.proceed([...asked.leading, { ...asked.options, agent: doomed }, ...asked.trailing]),
  ) as ClientRequest;
  Object.assign(request, { agent });
  observeEmitted(call, request);
  const error = emittedError(failure);
  inNextTurn(() => {
    if (request.destroyed) return;
    failure.felt();
    socket.destroy(error);
  });
  return request;
}

function loseReply(call: PlatformHit, failure: Failure): unknown {
  const request = call.proceed() as ClientRequest & { res: unknown };
  observeEmitted(call, request);
  const error = emittedError(failure);
  loseEvents(request, ['response', 'upgrade', 'connect'], (event, [, socket]) => {
    if (call.delays.isOver()) return false;
    failure.felt();
    if (event === 'response') {
      // The reply never came: without it, only the request fails.
      request.res = null;
      request.destroy(error);
    } else {
      (socket as Socket).destroy();
      request.emit('error', error);
    }
    return true;
  });
  return request;
}
