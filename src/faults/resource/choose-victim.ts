import { ChaosError } from '../../model/chaos-error.js';
import type { FaultContext } from '../../model/fault.js';
import type { ProcessIdentity } from '../../model/receipt.js';
import type { ProcessKillParameters } from '../../model/scenario-parameters.js';
import { listProcesses } from '../../undo/process-table.js';

/** The living processes that a process has started itself, the oldest pid first. */
export function workersOf({ pid: parent }: ProcessIdentity): readonly ProcessIdentity[] {
  return listProcesses()
    .filter(({ pid, parentPid }) => parentPid === parent && pid !== process.pid)
    .map(({ pid, startTime }) => ({ pid, startTime }))
    .toSorted((a, b) => a.pid - b.pid);
}

/**
 * The process that is to be ended: the target's own, or one of its workers by the seed's choice.
 *
 * @throws ChaosError INJECTION_FAILED when it has no workers
 */
export function chooseVictim(
  who: ProcessKillParameters['who'],
  root: ProcessIdentity,
  rule: string,
  { target, decide }: FaultContext,
): ProcessIdentity {
  if (who !== 'worker') return root;
  const workers = workersOf(root);
  const chosen = workers[Math.floor(decide(rule, 'worker', 0) * workers.length)];
  if (chosen !== undefined) return chosen;
  throw new ChaosError(
    'INJECTION_FAILED',
    `expected process ${root.pid} of ${target.name} to have started workers, it has none`,
    { hint: 'choose who: process or tree' },
  );
}
