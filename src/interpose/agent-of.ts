import type { Agent, ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

/** The agent that a request is made through, as `http.request` finds it; null for what is none. */
export function agentOf(
  { agent, _defaultAgent: ofCaller }: { readonly agent?: unknown; readonly _defaultAgent?: unknown },
  globalAgent: Agent,
): Agent | null {
  const asked = agent ?? ofCaller ?? globalAgent;
  if (asked === false) return new (globalAgent.constructor as new () => Agent)();
  return typeof (asked as { addRequest?: unknown }).addRequest === 'function' ? (asked as Agent) : null;
}

/** A stand-in for an agent that gives requests this socket; all else that is asked of it is the real one's. */
export function agentGiving(agent: Agent, socket: Socket): Agent {
  return Object.create(agent, {
    addRequest: { value: (request: ClientRequest) => request.onSocket(socket) },
  }) as Agent;
}
