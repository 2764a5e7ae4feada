/**
 * What runs inside a target before its own code, in each of its Node processes and threads: sends their outgoing TCP
 * connections through the run's proxy, puts the functions of their modules in reach, and opens a session with the run.
 * One file without dependencies, loaded by
 * `--require`.
 *
 * It must never be what breaks the target: without a proxy, connections go direct; without a run, nothing happens.
 */
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { standBy } from '../interpose/time/change-clocks.js';
import { agentVariable, readAgentFacts } from './agent-directory.js';
import { startSession } from './agent-session.js';
import { isLauncher } from './is-launcher.js';
import { isLoaderThread } from './is-loader-thread.js';
import { openModules } from './modules/open-modules.js';
import { redirectThrough } from './redirect-through.js';

try {
  const directory = process.env[agentVariable];
  if (directory !== undefined && !isLoaderThread()) enter(directory);
} catch {
  // The target goes on as it would without us; the run sees that there is no agent.
}

function enter(directory: string): void {
  const facts = readAgentFacts(directory);
  if (facts === null) return;
  if (facts.sparesLaunchers === true && isLauncher({ ...process, isMainThread })) return;
  if (facts.dialSocket !== undefined) redirectThrough(facts.dialSocket);
  const clocks = facts.clocks === true ? standBy() : null;
  const modules =
    facts.modules === undefined
      ? null
      : openModules({ ...facts.modules, codeFile: join(__dirname, 'module-code.cjs') });
  const sources = modules === null ? [] : [modules.registry];
  const onLeave = () => {
    modules?.[Symbol.dispose]();
    clocks?.revert();
  };
  startSession({ directory }, { sources, onLeave });
}
