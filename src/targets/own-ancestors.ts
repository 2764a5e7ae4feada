import { readProcess } from '../undo/process-table.js';

/** The processes that started this one, nearest first: they wait for it. */
export function ownAncestors(): readonly number[] {
  const found: number[] = [];
  // Process 1 takes in whatever lost its parent.
  for (let pid = process.ppid; pid > 1 && !found.includes(pid); pid = readProcess(pid)?.parentPid ?? 0)
    found.push(pid);
  return found;
}
