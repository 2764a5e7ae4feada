/**
 * What is evaluated in a thread of a process that was running before: a function of plain data that starts a session, and
 * sends the connections that the thread opens from then on through the run's proxy, where there is one.
 * Bundled to `dist/agent/attached.cjs`, which needs `module`, `exports` and `require` around it.
 */
import { useFreshAgents } from '../interpose/fresh-agents.js';
import { ChaosError } from '../model/chaos-error.js';
import { readAgentFacts } from './agent-directory.js';
import { type AgentSession, startSession } from './agent-session.js';
import * as faultCode from './fault-code.js';
import { attachedModules } from './modules/attached-modules.js';
import { redirectThrough } from './redirect-through.js';

export interface AttachedOptions {
  /** The agent directory, in which the controller is found. */
  readonly directory: string;
  /** Absolute path of the bundle of `modules/module-code.ts`. */
  readonly codeFile: string;
}

module.exports = ({ directory, codeFile }: AttachedOptions): AgentSession | null => {
  const facts = readAgentFacts(directory);
  if (facts === null) return null;
  const modules = facts.modules === undefined ? null : attachedModules({ ...facts.modules, codeFile });
  const putBack = facts.dialSocket === undefined ? null : redirect(facts.dialSocket);
  const onLeave = () => {
    modules?.[Symbol.dispose]();
    putBack?.();
  };
  const session = startSession(directory, {
    faultCode: () => faultCode,
    sources: modules === null ? [] : [modules.source],
    onLeave,
  });
  if (session === null) onLeave();
  return session;
};

/** @returns puts everything back */
function redirect(path: string): () => void {
  const restore = redirectThrough(path);
  // What its own agents keep open from before would pass by the proxy.
  const putAgentsBack = useFreshAgents();
  return () => {
    putAgentsBack();
    if (restore()) return;
    throw new ChaosError(
      'UNDO_FAILED',
      'net.Socket.prototype.connect or dns.lookup was wrapped by something else while the agent was attached',
      { hint: 'our part of it passes everything through until the process ends' },
    );
  };
}
