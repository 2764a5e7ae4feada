import { accessSync, constants } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProcessIdentity } from '../../../model/receipt.js';
import { childrenOfCgroup, pidsInCgroup, readCgroup } from '../../../undo/cgroup-files.js';
import { type Cgroup, type CgroupController, cgroupOf } from '../../../undo/cgroup-layout.js';
import { processTree } from '../../../undo/process-tree.js';

/** Where a group for a target's processes is made, and where they are. */
export interface GroupPlace {
  readonly home: Cgroup;
  /** The folder that the group is made in. */
  readonly parent: string;
  /** Controllers of version 2 that must be switched on there. */
  readonly enabled: readonly string[];
}

/** What each controller's limit is called in version 2. */
const limitFiles: Readonly<Record<CgroupController, string>> = {
  cpu: 'cpu.max',
  cpuset: 'cpuset.cpus',
  memory: 'memory.max',
  pids: 'pids.max',
};

/**
 * Below the group that the process is in, so that all limits which it has stay. Version 2 allows no controlled group in one
 * that holds processes: where others are in it too, the place is beside it, which is right only while that group has no
 * limit of its own.
 *
 * @param root - a target that does not run yet (null) will be where this process is
 * @param files - where `/` is; another folder is for tests
 * @returns the place, or why there is none and what to do
 */
export function groupPlace(
  root: ProcessIdentity | null,
  controller: CgroupController,
  files = '/',
): GroupPlace | string {
  const home = cgroupOf(root?.pid ?? 'self', controller, files);
  if (home === null) {
    return `it takes control groups with the controller ${controller}, which are not mounted here: mount them, or run chaosx where the processes run`;
  }
  const place = home.version === 1 ? { home, parent: home.folder, enabled: [] } : placeInVersion2(root, home);
  if (typeof place === 'string') return place;
  const closed = [place.parent, join(home.folder, 'cgroup.procs')].find((path) => !isWritable(path));
  return closed === undefined ? place : `${closed} is not writable: run chaosx as root`;
}

function placeInVersion2(root: ProcessIdentity | null, home: Cgroup): GroupPlace | string {
  const { controller, folder, top } = home;
  if (controlsOf(folder).includes(controller)) return { home, parent: folder, enabled: [] };
  if (!wordsOf(folder, 'cgroup.controllers').includes(controller)) {
    return `the control group ${folder} has no controller ${controller}: switch it on in cgroup.subtree_control of the groups above`;
  }
  // Only the first group of all has no type; it may hold processes and controlled groups alike.
  const isFirst = readCgroup(folder, 'cgroup.type') === null;
  if (isFirst || isOnlyOf(root, folder)) return { home, parent: folder, enabled: [controller] };
  const parent = dirname(folder);
  const hasLimit = !(readCgroup(folder, limitFiles[controller]) ?? 'max').startsWith('max');
  if (folder !== top && controlsOf(parent).includes(controller) && !hasLimit) {
    return { home, parent, enabled: [] };
  }
  const why = hasLimit ? 'has a limit of its own and holds other processes' : 'holds other processes';
  return `the control group ${folder} ${why}: start the target in one of its own, e.g. by \`systemd-run --scope\``;
}

function isOnlyOf(root: ProcessIdentity | null, folder: string): boolean {
  if (root === null || childrenOfCgroup(folder).length > 0) return false;
  const ours = new Set(processTree(root).map(({ pid }) => pid));
  return pidsInCgroup(folder).every((pid) => ours.has(pid));
}

function controlsOf(folder: string): readonly string[] {
  return wordsOf(folder, 'cgroup.subtree_control');
}

function wordsOf(folder: string, file: string): readonly string[] {
  return (readCgroup(folder, file) ?? '').split(/\s+/);
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
