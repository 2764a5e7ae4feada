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
import { loadModuleCode } from './modules/load-module-code.js';
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
  const { modules: reached, handlers: counted } = facts;
  const codeFile = join(__dirname, 'module-code.cjs');
  // Who counts is in there too: whoever does not ask for it does not pay for it.
  const handlers =
    counted === undefined ? null : new (loadModuleCode(codeFile).HandlerCounter)(counted.patterns);
  const root = reached?.root ?? counted?.root;
  const modules =
    root === undefined
      ? null
      : openModules({
          root,
          patterns: reached?.patterns ?? [],
          ...(handlers && { handlers }),
          codeFile,
        });
  const sources = modules === null ? [] : [modules.registry];
  const onLeave = () => {
    modules?.[Symbol.dispose]();
    clocks?.revert();
    handlers?.[Symbol.dispose]();
  };
  startSession({ directory }, { sources, handlers, onLeave });
}
