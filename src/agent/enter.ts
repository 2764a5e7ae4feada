// Keeps the clocks as they are before the program's own code; faults that need them come later.
import '../interpose/time/real-time.js';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { readAgentFacts } from './agent-directory.js';
import { startSession } from './agent-session.js';
import type * as faultCode from './fault-code.js';
import { isLauncher } from './is-launcher.js';
import { loadModuleCode } from './modules/load-module-code.js';
import type * as openModules from './modules/open-modules.js';
import type { OwnFiles } from './own-files.js';
import type * as redirectThrough from './redirect-through.js';

/**
 * Sends the outgoing TCP connections of this thread through the run's proxy, puts the functions of its modules in reach, and
 * opens a session with the run: what the directory asks for. Without a proxy, connections go direct; without a
 * controller, nothing happens.
 *
 * @param files - beside this one; those that are not needed are not loaded
 */
export function enter(directory: string, files: OwnFiles): void {
  const facts = readAgentFacts(directory);
  if (facts === null) return;
  if (facts.sparesLaunchers === true && isLauncher({ ...process, isMainThread })) return;
  // When the first fault comes, this process may be unable to.
  files.keep('fault-code.cjs');
  const faults = () => files.load('fault-code.cjs') as typeof faultCode;
  if (facts.dialSocket !== undefined) {
    (files.load('redirect.cjs') as typeof redirectThrough).redirectThrough(facts.dialSocket);
  }
  const clocks = facts.clocks === true ? faults().standBy() : null;
  const { modules: reached, handlers: counted } = facts;
  const codeFile = join(files.folder, 'module-code.cjs');
  // Who counts is in there too: whoever does not ask for it does not pay for it.
  const handlers =
    counted === undefined ? null : new (loadModuleCode(codeFile).HandlerCounter)(counted.patterns);
  const root = reached?.root ?? counted?.root;
  const modules =
    root === undefined
      ? null
      : (files.load('modules.cjs') as typeof openModules).openModules({
          root,
          patterns: reached?.patterns ?? [],
          ...(handlers && { handlers }),
          codeFile,
        });
  startSession(directory, {
    faultCode: faults,
    sources: modules === null ? [] : [modules.registry],
    handlers,
    onLeave() {
      modules?.[Symbol.dispose]();
      clocks?.revert();
      handlers?.[Symbol.dispose]();
    },
  });
}
