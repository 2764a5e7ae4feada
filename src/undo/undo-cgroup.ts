import { rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';
import type { CgroupReceipt } from '../model/receipt.js';
import { systemClock } from '../model/system-clock.js';
import {
  cgroupName,
  childrenOfCgroup,
  isCgroup,
  moveToCgroup,
  nearestCgroup,
  pidsInCgroup,
  readCgroup,
  writeCgroup,
} from './cgroup-files.js';
import { identityOf } from './process-identity.js';

const pollMs = 5;

/**
 * Moves all that is in the group of an injection back to where it was, what was born there with it, and removes the group;
 * does nothing when it is gone. Groups of other injections in it go as well, for their limits are part of it. No other
 * group is ever touched: its name follows from the receipt's id, and it must be a control group.
 *
 * @throws ChaosError UNDO_FAILED when it cannot be removed, or is not ours
 */
export async function undoCgroup(receipt: CgroupReceipt, signal: AbortSignal): Promise<void> {
  const { id, parent, name } = receipt;
  if (name !== cgroupName(id)) {
    throw new ChaosError(
      'UNDO_FAILED',
      `expected the group ${cgroupName(id)} in receipt ${id}, got ${name}`,
      {
        hint: 'look at what it is; chaosx leaves it alone',
      },
    );
  }
  const folder = join(parent, name);
  // Looks again: what is forked while it is moved may come late.
  for (;;) {
    if (!isCgroup(folder)) return;
    try {
      await empty(folder, receipt);
      rmdirSync(folder);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') continue;
      if (code !== 'EBUSY' || signal.aborted) {
        throw new ChaosError(
          'UNDO_FAILED',
          `expected to remove the control group ${folder}: ${String(error)}`,
          {
            hint: `move what is in ${folder}/cgroup.procs to ${receipt.home} and remove the group with rmdir`,
            cause: error,
          },
        );
      }
      await systemClock.sleep(pollMs, signal).catch(() => undefined);
    }
  }
}

async function empty(
  folder: string,
  { parent, name, home, enabled = [], others = [] }: CgroupReceipt,
): Promise<void> {
  // The innermost first: a controller can only be switched off above where it is off below.
  const all = [...groupsBelow(folder), folder];
  for (const one of all) {
    const on = (readCgroup(one, 'cgroup.subtree_control') ?? '').split(' ').filter((word) => word !== '');
    for (const controller of on) writeCgroup(one, 'cgroup.subtree_control', `-${controller}`);
  }
  // Of version 2: a group whose children are controlled may hold no processes.
  const isShared = childrenOfCgroup(parent).some((other) => other.startsWith('chaosx_') && other !== name);
  for (const controller of isShared ? [] : enabled) switchOff(controller, parent);
  for (const one of all) {
    for (const pid of pidsInCgroup(one)) {
      const startTime = (await identityOf(pid))?.startTime;
      const known = others.find((other) => other.pid === pid && other.startTime === startTime);
      moveToCgroup(nearestCgroup(known?.from ?? home), pid);
    }
    if (one !== folder) rmdirSync(one);
  }
}

/** Somebody else may have come to use it meanwhile: then it stays on. */
function switchOff(controller: string, folder: string): void {
  try {
    writeCgroup(folder, 'cgroup.subtree_control', `-${controller}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
  }
}

/** Groups of other injections in it, the innermost first. */
function groupsBelow(folder: string): readonly string[] {
  return childrenOfCgroup(folder)
    .filter((name) => name.startsWith('chaosx_'))
    .map((name) => join(folder, name))
    .flatMap((child) => [...groupsBelow(child), child]);
}
