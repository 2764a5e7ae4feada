import { ChaosError } from '../model/chaos-error.js';
import type { FileLimitsReceipt, PatchReceipt, Receipt } from '../model/receipt.js';
import { awaitTools } from '../undo/await-tools.js';
import { closeInspector } from './attach/close-inspector.js';
import { retireFront } from './retire-front.js';
import { endHelper } from '../undo/end-helper.js';
import { realClock, setFakedClock } from '../undo/faked-clock.js';
import { removeClockDirectory } from '../undo/remove-clock-directory.js';
import { isAlive } from '../undo/process-identity.js';
import type { Undoers } from '../undo/recover.js';
import { removeOwnDirectory } from '../undo/remove-own-directory.js';
import { restoreFileLimits } from '../undo/restore-file-limits.js';
import { undoCgroup } from '../undo/undo-cgroup.js';
import { undoDiskFile } from '../undo/undo-disk-file.js';
import { resumeProcesses } from '../undo/resume-processes.js';
import { undoNftTable } from '../undo/undo-nft-table.js';
import { undoTrafficClass } from '../undo/undo-traffic-class.js';
import { undoTargetNetwork } from '../undo/undo-target-network.js';
import { undoProxy } from '../undo/undo-proxy.js';
import { undoStartedProcess } from '../undo/undo-started-process.js';
import { undoAgentFault } from './undo-agent-fault.js';

/** How a fresh process undoes each kind of receipt: for the watchdog and for `chaosx recover`. */
export const undoers: Undoers = {
  patch: undoPatch,
  // A toxic lives in a proxy: it drops it when its lease ends, and the proxy's own receipt ends the proxy.
  toxic: () => Promise.resolve(),
  proxy: undoProxy,
  front: retireFront,
  agent: undoAgentFault,
  attach: closeInspector,
  // Who listened there is gone with the run.
  'agent-directory': ({ directory }) => removeOwnDirectory(directory),
  'started-process': undoStartedProcess,
  'nft-table': afterTools(undoNftTable),
  'traffic-class': afterTools(undoTrafficClass),
  'target-network': afterTools(undoTargetNetwork),
  cgroup: undoCgroup,
  helper: ({ id }, signal) => endHelper(id, signal),
  'file-limits': afterTools<FileLimitsReceipt>(restoreFileLimits),
  'clock-directory': ({ directory }) => removeClockDirectory(directory),
  'faked-clock': ({ directory }) => setFakedClock(directory, realClock),
  'disk-file': afterTools(undoDiskFile),
  'paused-processes': ({ processes = [] }, signal) => resumeProcesses(processes, signal),
};

function afterTools<R extends Receipt>(
  undo: (receipt: R, signal: AbortSignal) => Promise<void>,
): typeof undo {
  return async (receipt, signal) => {
    await awaitTools(receipt.runId, signal);
    await undo(receipt, signal);
  };
}

/** Patched functions are gone with their process, and nobody else can put them back. */
function undoPatch({ process, sites }: PatchReceipt): Promise<void> {
  if (!isAlive(process)) return Promise.resolve();
  return Promise.reject(
    new ChaosError('UNDO_FAILED', `expected process ${process.pid}, which is patched, to be gone: it runs`, {
      hint: `only that process can put back ${sites.join(', ')}: stop it`,
    }),
  );
}
