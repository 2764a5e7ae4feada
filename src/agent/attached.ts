/**
 * What is evaluated in a process that was running before: a function of plain data that starts a session.
 * Bundled to `dist/agent/attached.cjs`, which needs `module`, `exports` and `require` around it.
 */
import { type AgentSession, type SessionOptions, startSession } from './agent-session.js';

module.exports = (options: SessionOptions): AgentSession | null => startSession(options);
