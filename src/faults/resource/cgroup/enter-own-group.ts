import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError } from '../../../model/chaos-error.js';
import type { FaultContext } from '../../../model/fault.js';
import type { CgroupReceipt, ProcessElsewhere } from '../../../model/receipt.js';
import { moveToCgroup, pidsInCgroup, writeCgroup } from '../../../undo/cgroup-files.js';
import { type CgroupController, cgroupOf } from '../../../undo/cgroup-layout.js';
import { processTree } from '../../../undo/process-tree.js';

/**
 * Makes the group of a receipt and moves the target's process into it with all that it has started; looks again until nothing is
 * new. What starts later is born there.
 *
 * @returns the folder of the group
 * @throws the error of the system, or the signal's reason; `undoCgroup` cleans up
 */
export async function enterOwnGroup(
  { parent, name, home, process: root, enabled = [] }: CgroupReceipt,
  controller: CgroupController,
  { amend, signal }: Pick<FaultContext, 'amend' | 'signal'>,
): Promise<string> {
  signal.throwIfAborted();
  const folder = join(parent, name);
  mkdirSync(folder);
  const others: ProcessElsewhere[] = [];
  const known = new Set<string>();
  for (;;) {
    const inside = new Set(pidsInCgroup(folder));
    const fresh = processTree(root).filter(
      ({ pid, startTime }) => !inside.has(pid) && !known.has(`${pid} ${startTime}`),
    );
    if (fresh.length === 0) break;
    const strays = fresh
      .map((one) => ({ ...one, from: cgroupOf(one.pid, controller)?.folder ?? home }))
      .filter(({ from }) => from !== home);
    others.push(...strays);
    if (strays.length > 0) await amend({ others: [...others] });
    signal.throwIfAborted();
    for (const { pid, startTime } of fresh) {
      known.add(`${pid} ${startTime}`);
      moveToCgroup(folder, pid);
    }
  }
  if (pidsInCgroup(folder).length === 0) {
    throw new ChaosError('TARGET_NOT_READY', `expected process ${root.pid} to run, it has ended`);
  }
  // Not before: where its own processes are gone, the group above may have controlled ones.
  for (const one of enabled) writeCgroup(parent, 'cgroup.subtree_control', `+${one}`);
  return folder;
}
